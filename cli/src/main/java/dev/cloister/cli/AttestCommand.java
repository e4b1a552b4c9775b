package dev.cloister.cli;

import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Trusted;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.policy.PolicyDiff;
import dev.cloister.rpc.NodeAccess.AttestRequest;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import dev.cloister.rpc.NodePods.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister attest}: proves what a pod is, or says what differs. */
@CommandLine.Command(
    name = "attest",
    description = {
      "Sends a fresh nonce to the pod's VM and checks the evidence that comes back against the"
          + " manifest: genuine chain and signature, this nonce, the measured guest image, and the"
          + " initdata, which holds the pod's policy. When something differs it is named: the field"
          + " of the evidence, or the path of the policy.",
      "Exit code 0 trusted, 1 refused, 4 could not decide."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister attest kv",
      "  cloister attest default/kv --manifest generated/manifest.json --allow-simulated"
    })
final class AttestCommand extends PodCommand {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NONCE_SIZE = 32;

  @Option(
      names = {"-m", "--manifest"},
      paramLabel = "FILE",
      defaultValue = "generated/manifest.json",
      description = "What should run (default: ${DEFAULT-VALUE}).")
  private Path manifestFile = Path.of("");

  @Option(
      names = "--workload",
      paramLabel = "NAMESPACE/NAME",
      description = "Which workload of the manifest the pod should be (default: by its name).")
  private @Nullable String workloadName;

  @Option(
      names = "--allow-simulated",
      description = "Accept evidence of a simulated processor, which protects nothing.")
  private boolean allowSimulated;

  AttestCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  ExitCode run(NodeConnection node, Pod pod) {
    Manifest manifest = Documents.manifest(manifestFile);
    Workload workload = workload(manifest, pod);
    Bytes nonce = nonce();
    AttestResponse response =
        terminal()
            .during(
                "asking " + NodeConnection.fullName(pod) + " for evidence",
                () -> node.calls(LIMIT).attest(new AttestRequest(pod.id(), nonce)));
    PodVerifier.Answer answer =
        new PodVerifier(manifest, allowSimulated)
            .verify(
                workload,
                expectedInitdata(workload),
                nonce,
                response,
                InstantSource.system().instant());
    if (json()) {
      terminal().print(json(answer));
    } else {
      show(answer);
    }
    return PodVerifier.exitCode(answer.verdict());
  }

  private Workload workload(Manifest manifest, Pod pod) {
    String wanted = Optional.ofNullable(workloadName).orElse(NodeConnection.fullName(pod));
    return manifest.workloads().stream()
        .filter(w -> wanted.equals(w.fullName()) || wanted.startsWith(w.fullName() + "-"))
        .max(
            Comparator.comparingInt((Workload w) -> w.fullName().length())
                .thenComparing(w -> w.initdataDigest().equals(pod.initdataDigest())))
        .orElseThrow(() ->
            new CloisterException(
                CliError.UNKNOWN_WORKLOAD, manifestFile.toString(), "lists no " + wanted));
  }

  /** The initdata that generate left beside the manifest; nothing where it is not there. */
  private Bytes expectedInitdata(Workload workload) {
    Path file =
        manifestFile
            .resolveSibling("initdata")
            .resolve(workload.initdataDigest().toHex() + ".json");
    return Files.isReadable(file)
        ? Disk.read(file, dev.cloister.manifest.Initdata.MAX_SIZE)
        : Bytes.EMPTY;
  }

  private static Bytes nonce() {
    byte[] nonce = new byte[NONCE_SIZE];
    new SecureRandom().nextBytes(nonce);
    return Bytes.of(nonce);
  }

  private void show(PodVerifier.Answer answer) {
    String name = answer.workload().fullName();
    switch (answer.verdict()) {
      case Trusted trusted -> {
        terminal().print("TRUSTED  " + name);
        terminal().print("  guest image   " + trusted.reference().image());
        terminal().print("  measurement   " + trusted.reference().launchDigest().toHex());
        terminal().print("  initdata      " + answer.workload().initdataDigest().toHex());
        terminal().print("  root          " + trusted.reference().root().text());
        if (trusted.reference().root() instanceof TrustAnchor.Simulated) {
          terminal().print("  " + Simulated.WARNING);
        }
      }
      case Rejected rejected -> {
        terminal().print("REFUSED  " + name);
        terminal().print("  " + rejected);
        for (PolicyDiff.Difference difference : answer.differences()) {
          terminal().print("  policy differs at " + difference);
        }
        terminal().print("  " + rejected.code().remedy());
      }
      case Inconclusive inconclusive -> {
        terminal().print("UNDECIDED  " + name);
        terminal().print("  missing: " + String.join(", ", inconclusive.missing()));
      }
    }
  }

  private static Json json(PodVerifier.Answer answer) {
    Json.ObjectBuilder object = Json.object().put("workload", answer.workload().fullName());
    switch (answer.verdict()) {
      case Trusted trusted ->
          object
              .put("verdict", "trusted")
              .put("simulated", trusted.reference().root() instanceof TrustAnchor.Simulated)
              .put("claims", trusted.claims().toJson());
      case Rejected rejected ->
          object
              .put("verdict", "refused")
              .put("code", rejected.code().code())
              .put("path", rejected.path())
              .put("expected", rejected.expected())
              .put("found", rejected.found())
              .put(
                  "policyDifferences",
                  Json.of(
                      answer.differences().stream()
                          .map(d ->
                              Json.object()
                                  .put("path", d.path())
                                  .put("expected", d.before())
                                  .put("found", d.after())
                                  .build())
                          .toList()));
      case Inconclusive inconclusive ->
          object.put("verdict", "undecided").put("missing", Json.ofStrings(inconclusive.missing()));
    }
    return object.build();
  }
}
