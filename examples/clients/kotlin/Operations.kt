import com.apollographql.apollo.api.Adapter
import com.apollographql.apollo.api.AnyAdapter
import com.apollographql.apollo.api.CompiledField
import com.apollographql.apollo.api.CustomScalarAdapters
import com.apollographql.apollo.api.Mutation
import com.apollographql.apollo.api.ObjectType
import com.apollographql.apollo.api.Operation
import com.apollographql.apollo.api.Subscription
import com.apollographql.apollo.api.json.JsonReader
import com.apollographql.apollo.api.json.JsonWriter

/** Starts a run. */
class Start : Written<Start.Data>("Mutation"), Mutation<Start.Data> {
    class Data(val runId: String) : Mutation.Data

    override fun name() = "Start"
    override fun document() =
        "mutation Start { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }"
    override fun read(json: Map<*, *>) = Data(json.at("startTraining").at("run")["id"] as String)
}

/** Follows a run's epochs after the last one. */
class Epochs(private val id: String, private val last: Int) :
    Written<Epochs.Data>("Subscription"), Subscription<Epochs.Data> {
    data class Data(val number: Int, val testAcc: Double) : Subscription.Data

    override fun name() = "Epochs"
    override fun document() =
        "subscription Epochs(\$id: ID, \$last: Int) " +
            "{ epochs(runId: \$id, afterEpoch: \$last) { number testAcc } }"
    override fun read(json: Map<*, *>): Data {
        val epoch = json.at("epochs")
        return Data(epoch["number"] as Int, (epoch["testAcc"] as Number).toDouble())
    }
    override fun serializeVariables(
        writer: JsonWriter,
        customScalarAdapters: CustomScalarAdapters,
        withDefaultValues: Boolean,
    ) {
        writer.name("id").value(id).name("last").value(last)
    }
}

/** An operation written by hand. */
abstract class Written<Data : Operation.Data>(private val root: String) : Operation<Data> {
    abstract fun read(json: Map<*, *>): Data

    override fun id() = document()
    override fun rootField() =
        CompiledField.Builder("data", ObjectType.Builder(root).build()).build()
    override fun serializeVariables(
        writer: JsonWriter,
        customScalarAdapters: CustomScalarAdapters,
        withDefaultValues: Boolean,
    ) {}
    override fun adapter() = object : Adapter<Data> {
        override fun fromJson(reader: JsonReader, customScalarAdapters: CustomScalarAdapters) =
            read(AnyAdapter.fromJson(reader, customScalarAdapters) as Map<*, *>)
        override fun toJson(
            writer: JsonWriter,
            customScalarAdapters: CustomScalarAdapters,
            value: Data,
        ) = throw UnsupportedOperationException()
    }
}

private fun Map<*, *>.at(name: String) = this[name] as Map<*, *>
