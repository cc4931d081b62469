import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.graphql.client.GraphQlTransportException;
import org.springframework.graphql.client.HttpGraphQlClient;
import org.springframework.graphql.client.SubscriptionErrorException;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** Starts a run and follows it with Spring's HttpGraphQlClient over server-sent events. */
class FollowOverHttp {
    static final String START = "mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }";
    static final String EPOCHS =
        "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }";

    record Epoch(int number, double testAcc) {}

    public static void main(String[] arguments) {
        var url = System.getenv().getOrDefault("EPOCHQL_URL", "http://127.0.0.1:8000");
        var client = HttpGraphQlClient.builder(WebClient.create(url + "/graphql"))
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
            .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofSeconds(1)).filter(FollowOverHttp::isBreak))
            .blockLast();
    }

    /** Tells a server that stops, or is not there, from one that refuses. */
    static boolean isBreak(Throwable error) {
        return error instanceof GraphQlTransportException
            && !(error instanceof SubscriptionErrorException)
            && !(error.getCause() instanceof WebClientResponseException refusal
                && refusal.getStatusCode().is4xxClientError());
    }
}
