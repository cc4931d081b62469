import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.graphql.client.GraphQlTransportException;
import org.springframework.graphql.client.SubscriptionErrorException;
import org.springframework.graphql.client.WebSocketDisconnectedException;
import org.springframework.graphql.client.WebSocketGraphQlClient;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** Starts a run and follows it with Spring's WebSocketGraphQlClient. */
class FollowOverWebSocket {
    static final String START = "mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }";
    static final String EPOCHS =
        "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }";

    record Epoch(int number, double testAcc) {}

    public static void main(String[] arguments) {
        var url = System.getenv().getOrDefault("EPOCHQL_URL", "http://127.0.0.1:8000").replaceFirst("http", "ws");
        var client = WebSocketGraphQlClient
            .builder(URI.create(url + "/graphql"), new ReactorNettyWebSocketClient())
            .headers(headers -> headers.setBearerAuth(System.getenv("EPOCHQL_TOKEN")))
            .build();
        var id = client.document(START).retrieve("startTraining.run.id").toEntity(String.class).block();
        var last = new AtomicInteger();
        Flux.defer(() -> client.document(EPOCHS).variables(Map.of("id", id, "last", last.get()))
                .retrieveSubscription("epochs").toEntity(Epoch.class))
            .doOnNext(epoch -> {
                System.out.printf("epoch %d: %.1f %%%n", epoch.number(), 100 * epoch.testAcc());
                last.set(epoch.number());
            })
            .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofSeconds(1)).filter(FollowOverWebSocket::isBreak))
            .blockLast();
        client.stop().block();
    }

    /** Tells a server that stops, or is not there, from one that refuses with a code of the protocol. */
    static boolean isBreak(Throwable error) {
        var isRefusal = error instanceof WebSocketDisconnectedException closed
            ? closed.getCloseStatus().getCode() >= 4400
            // Before the acknowledgement, the code is in the message only.
            : error.getCause() instanceof IllegalStateException early && early.getMessage().contains("code=44");
        return error instanceof GraphQlTransportException
            && !(error instanceof SubscriptionErrorException)
            && !isRefusal;
    }
}
