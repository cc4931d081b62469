#!/usr/bin/env bash
# apollo-runtime-jvm 5.0.1, Kotlin 2.4.21, mockwebserver3 5.3.0 (Maven Central), Java 17.
#
# With Apollo Kotlin 5's WebSocketNetworkTransport (com.apollographql.apollo.network.websocket, which replaces the
# deprecated com.apollographql.apollo.network.ws), a subscription now and then never begins: its `connection_init` is
# not sent. The socket has opened before the client has it: onOpen() sends on a WebSocket that is still null, as the
# stack shows. The NullPointerException reaches the thread's handler for uncaught exceptions, not the Flow, which emits
# nothing until the server gives up the connection. A server nearby meets it in some of a hundred connections, and a
# client that reconnects after a restart is as likely to.
#
# Source: com/apollographql/apollo/network/websocket/internal/SubscribableWebSocket.kt (onOpen, send).
#
# Seen:
#   java.lang.NullPointerException: Cannot invoke "com.apollographql.apollo.network.websocket.WebSocket.send(String)" because "$this$send" is null
#   without an answer: 20 of 960, uncaught exceptions: 20
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>race</artifactId>
  <version>0</version>
  <properties><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <dependencies>
    <dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-stdlib</artifactId><version>2.4.21</version></dependency>
    <dependency><groupId>com.apollographql.apollo</groupId><artifactId>apollo-runtime-jvm</artifactId><version>5.0.1</version></dependency>
    <dependency><groupId>com.squareup.okhttp3</groupId><artifactId>mockwebserver3</artifactId><version>5.3.0</version></dependency>
  </dependencies>
  <build>
    <sourceDirectory>.</sourceDirectory>
    <plugins><plugin>
      <groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-maven-plugin</artifactId><version>2.4.21</version>
      <executions><execution><goals><goal>compile</goal></goals></execution></executions>
      <configuration><jvmTarget>17</jvmTarget></configuration>
    </plugin></plugins>
  </build>
</project>
XML
cat >Race.kt <<'KT'
import com.apollographql.apollo.ApolloClient
import com.apollographql.apollo.api.*
import com.apollographql.apollo.api.json.JsonReader
import com.apollographql.apollo.api.json.JsonWriter
import com.apollographql.apollo.network.websocket.GraphQLWsProtocol
import com.apollographql.apollo.network.websocket.WebSocketNetworkTransport
import java.util.concurrent.atomic.AtomicInteger
import kotlin.system.exitProcess
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import mockwebserver3.Dispatcher
import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import mockwebserver3.RecordedRequest
import okhttp3.WebSocket
import okhttp3.WebSocketListener

class Count : Subscription<Count.Data> {
    class Data(val value: Any?) : Subscription.Data

    override fun name() = "Count"
    override fun id() = document()
    override fun document() = "subscription Count { count }"
    override fun rootField() = CompiledField.Builder("data", ObjectType.Builder("Subscription").build()).build()
    override fun serializeVariables(writer: JsonWriter, customScalarAdapters: CustomScalarAdapters, withDefaultValues: Boolean) {}
    override fun adapter() = object : Adapter<Data> {
        override fun fromJson(reader: JsonReader, customScalarAdapters: CustomScalarAdapters) =
            Data(AnyAdapter.fromJson(reader, customScalarAdapters))
        override fun toJson(writer: JsonWriter, customScalarAdapters: CustomScalarAdapters, value: Data) = TODO()
    }
}

/** Speaks graphql-transport-ws: acknowledges, and answers a subscription with one result and its end. */
object Peer : WebSocketListener() {
    override fun onMessage(webSocket: WebSocket, text: String) {
        val id = Regex("\"id\":\"([^\"]+)\"").find(text)?.groupValues?.get(1)
        if ("connection_init" in text) webSocket.send("""{"type":"connection_ack"}""")
        if ("\"subscribe\"" !in text) return
        webSocket.send("""{"type":"next","id":"$id","payload":{"data":{"count":1}}}""")
        webSocket.send("""{"type":"complete","id":"$id"}""")
    }
    override fun onClosing(webSocket: WebSocket, code: Int, reason: String) {
        webSocket.close(code, reason)
    }
}

fun main() {
    val thrown = AtomicInteger()
    Thread.setDefaultUncaughtExceptionHandler { _, error ->
        if (thrown.getAndIncrement() == 0) println(error)
    }
    val server = MockWebServer()
    server.dispatcher = object : Dispatcher() {
        override fun dispatch(request: RecordedRequest) = MockResponse.Builder().webSocketUpgrade(Peer).build()
    }
    server.start()
    val lost = runBlocking(Dispatchers.Default) {
        (1..60).sumOf { (1..16).map { async { subscribe(server.port) } }.awaitAll().count { !it } }
    }
    println("without an answer: $lost of 960, uncaught exceptions: ${thrown.get()}")
    exitProcess(if (thrown.get() > 0) 0 else 1)
}

/** Subscribes with a client of its own and returns whether a result arrives. */
suspend fun subscribe(port: Int): Boolean {
    val transport = WebSocketNetworkTransport.Builder()
        .serverUrl("ws://127.0.0.1:$port/graphql")
        .wsProtocol(GraphQLWsProtocol())
        .build()
    val client = ApolloClient.Builder()
        .serverUrl("http://127.0.0.1:1/")
        .subscriptionNetworkTransport(transport)
        .build()
    val response = withTimeoutOrNull(2000) { client.subscription(Count()).toFlow().first() }
    client.close()
    return response?.data != null
}
KT
mvn -q -B compile dependency:copy-dependencies
java -cp 'target/classes:target/dependency/*' RaceKt
