import com.apollographql.apollo.ApolloClient
import com.apollographql.apollo.api.ApolloResponse
import com.apollographql.apollo.exception.ApolloGraphQLException
import com.apollographql.apollo.exception.ApolloNetworkException
import com.apollographql.apollo.exception.ApolloWebSocketClosedException
import com.apollographql.apollo.network.ws.GraphQLWsProtocol
import kotlin.system.exitProcess
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking

/** Starts a run and follows it with Apollo Kotlin over WebSocket. The loop asks for what is missing. */
fun main() {
    val refusal = runBlocking { runCatching { follow() }.exceptionOrNull() }
    refusal?.printStackTrace()
    exitProcess(if (refusal == null) 0 else 1) // OkHttp's threads would go on for a minute.
}

suspend fun follow() {
    val url = System.getenv("EPOCHQL_URL") ?: "http://127.0.0.1:8000"
    val token = "Bearer ${System.getenv("EPOCHQL_TOKEN")}"
    val client = ApolloClient.Builder()
        .serverUrl("$url/graphql")
        .addHttpHeader("authorization", token)
        .webSocketServerUrl(url.replaceFirst("http", "ws") + "/graphql")
        .wsProtocol(GraphQLWsProtocol.Factory(connectionPayload = { mapOf("authorization" to token) }))
        .build()
    val started = client.mutation(Start()).execute()
    val id = started.data?.runId ?: throw checkNotNull(problemOf(started))
    var last = 0
    do {
        var problem: Exception? = null
        client.subscription(Epochs(id, last)).toFlow().collect { response ->
            problem = problemOf(response)
            response.data?.let { (number, testAcc) ->
                println("epoch $number: ${"%.1f".format(100 * testAcc)} %")
                last = number
            }
        }
        problem?.let { if (isBreak(it)) delay(1000) else throw it }
    } while (problem != null)
}

/** Returns the network's error, or the server's. */
fun problemOf(response: ApolloResponse<*>): Exception? =
    response.exception ?: response.errors?.firstOrNull()?.let(::ApolloGraphQLException)

/** Tells a server that stops, or is not there, from one that refuses with a code of the protocol. */
fun isBreak(problem: Exception): Boolean {
    val closed = problem.cause as? ApolloWebSocketClosedException
    return problem is ApolloNetworkException && (closed == null || closed.code < 4400)
}
