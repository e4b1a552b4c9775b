package dev.cloister.cli;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.KnownHeadsFile;
import dev.cloister.client.Target;
import dev.cloister.client.VerifiedDeployment;
import dev.cloister.client.VerifyOptions;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister verify}: what runs there, from nothing but the pin. */
@CommandLine.Command(
    name = "verify",
    description = {
      "Verifies a deployment from the outside, knowing nothing but its pin: the owners' signatures"
          + " on every transition, the Coordinator's evidence against the manifest in force, and"
          + " that its CAs belong to the instance that the owners named. Whatever answers at the"
          + " address has to prove itself; the network and the address are not trusted.",
      "Prints what was proven, and as clearly what was not. Remembers the newest transition, and"
          + " raises the alarm when it is shown an older one, a fork, or another instance.",
      "Exit code 0 verified, 1 not to be trusted, 2 wrong use, 3 nothing answers or the memory"
          + " cannot be used, 4 could not decide (no manifest yet, or the Coordinator recovers)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister verify PIN@203.0.113.7",
      "      PIN: the SHA-256 of deployment.json, as 64 hexadecimal digits",
      "  cloister verify PIN@shop.example:7443 --out shop",
      "  curl --cacert shop/mesh-ca.pem --resolve NAME:443:203.0.113.8 https://NAME/",
      "      NAME: WORKLOAD.NAMESPACE.DEPLOYMENT.id.cloister.internal; see docs/verify.md",
      "  cloister verify PIN@203.0.113.7 --https --allow-simulated -o json"
    })
final class VerifyCommand extends Command {

  private static final int MAX_FLOOR = 1 << 10;
  private static final Set<ManifestError> ALARMS =
      Set.of(
          ManifestError.OLDER_HEAD, ManifestError.FORKED_HISTORY, ManifestError.OTHER_COORDINATOR);

  @Parameters(
      index = "0",
      paramLabel = "PIN@ADDRESS",
      description = "The deployment's pin, and where its Coordinator is: HOST or HOST:PORT.")
  private String target = "";

  @Option(
      names = "--https",
      description = "Ask over plain HTTPS (port 7444) instead of the attested channel (port 7443).")
  private boolean https;

  @Option(
      names = "--allow-simulated",
      description = "Accept evidence of a simulated processor, which protects nothing.")
  private boolean allowSimulated;

  @Mixin private MemoryOptions memoryOptions = new MemoryOptions();

  @Option(
      names = "--floor",
      paramLabel = "FILE",
      description = "A floor.json from somebody you trust: an older state is refused.")
  private @Nullable Path floor;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write mesh-ca.pem and root-ca.pem, the manifest, the history and the evidence there.")
  private @Nullable Path out;

  VerifyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    Target meant =
        Target.parse(
            target, https ? CoordinatorAddress.HTTPS_PORT : CoordinatorAddress.CHANNEL_PORT);
    KnownHeadsFile memory = memoryOptions.file();
    List<HistoryEntry> entries = new ArrayList<>();
    VerifiedDeployment verified = verify(meant, options(memory, entries));
    List<String> written =
        out == null ? List.of() : new VerifiedFiles(out).write(verified, entries);
    VerifyReport report = new VerifyReport(verified, memory.path(), written);
    if (json()) {
      terminal().print(report.json());
      if (verified.deployment().mode() == Mode.SIMULATED) {
        terminal().note(Simulated.WARNING);
      }
    } else {
      report.lines().forEach(terminal()::print);
    }
    return ExitCode.DONE;
  }

  private VerifyOptions options(KnownHeadsFile memory, List<HistoryEntry> entries) {
    VerifyOptions options = VerifyOptions.rememberingIn(memory);
    if (allowSimulated) {
      options = options.allowingSimulated();
    }
    if (https) {
      options = options.overHttps();
    }
    if (floor != null) {
      options = options.withFloor(Floor.parse(Disk.read(floor, MAX_FLOOR)));
    }
    return out == null ? options : options.keeping(entries::add);
  }

  private VerifiedDeployment verify(Target meant, VerifyOptions options) {
    try {
      return terminal()
          .during(
              "verifying the deployment at " + meant.address(),
              () -> VerifiedDeployment.verify(meant.pin(), meant.address(), options));
    } catch (CloisterException e) {
      if (e.code() instanceof ManifestError alarm && ALARMS.contains(alarm)) {
        terminal().note("ALARM: what was shown contradicts what is known of this deployment.");
      }
      throw e;
    }
  }
}
