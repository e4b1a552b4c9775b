import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.KnownHeadsFile;
import dev.cloister.client.Target;
import dev.cloister.client.VerifiedDeployment;
import dev.cloister.client.VerifyOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * Calls a workload of which nothing is known but the pin of its deployment. Its arguments:
 * PIN@ADDRESS of the Coordinator, WORKLOAD.NAMESPACE, the URL, and perhaps --allow-simulated.
 */
final class CallWorkload {

  private CallWorkload() {}

  public static void main(String[] arguments) throws Exception {
    Target target = Target.parse(arguments[0], CoordinatorAddress.CHANNEL_PORT);
    VerifyOptions options = VerifyOptions.rememberingIn(KnownHeadsFile.ofUser(System.getenv()));
    if (List.of(arguments).contains("--allow-simulated")) {
      options = options.allowingSimulated();
    }
    VerifiedDeployment deployment =
        VerifiedDeployment.verify(target.pin(), target.address(), options);
    for (String sentence : deployment.findings().notProven()) {
      System.err.println("not proven: " + sentence);
    }

    // Connects to this workload and to no other, whatever answers at the URL's address.
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(deployment.sslContext(arguments[1])).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[2])).build();
      System.out.println(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }
}
