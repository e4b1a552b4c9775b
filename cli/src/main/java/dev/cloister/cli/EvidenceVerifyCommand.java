package dev.cloister.cli;

import dev.cloister.attestation.Appraiser;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister evidence verify}: is it genuine, and is it what was asked for? */
@CommandLine.Command(
    name = "verify",
    description = {
      "Says whether a report or quote is genuine and is what a policy asks for: one entry of the"
          + " reference values in a manifest (docs/evidence.md). The report data that the asker"
          + " chose has to be named; evidence that answers no question proves nothing about now."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister evidence verify report.bin --certificates chain.pem --policy policy.json \\",
      "      --report-data 0123…",
      "  cloister evidence verify --request - < request.json",
      "  cloister evidence verify --batch - < requests.jsonl"
    })
final class EvidenceVerifyCommand extends EvidenceExamination {

  private static final int MAX_POLICY = 1 << 20;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The reference value that the evidence has to meet, in JSON.")
  private @Nullable Path policy;

  @Option(
      names = "--report-data",
      paramLabel = "HEX",
      description = "The 64 bytes that the evidence has to carry.")
  private @Nullable String reportData;

  @Option(
      names = "--host-data",
      paramLabel = "HEX",
      description = "The 32 bytes that the host has to have given: the digest of the initdata.")
  private @Nullable String hostData;

  EvidenceVerifyCommand(Terminal terminal, Locations locations, InstantSource clock) {
    super(terminal, locations, clock);
  }

  @Override
  EvidenceAnswer answer(EvidenceExaminer examiner, EvidenceRequest asked) {
    Expectation expectation = asked.expectation();
    ReferenceValue reference = asked.reference();
    EvidenceExaminer.Examined examined = examiner.authenticate(asked, reference.root());
    Authentication authentication = examined.authentication();
    return EvidenceAnswer.of(
            authentication, Appraiser.appraise(authentication, reference, expectation))
        .with(examined.cached());
  }

  @Override
  EvidenceRequest ofFiles(EvidenceFiles named, Instant time) {
    return new EvidenceRequest(
        named.read(),
        time,
        bytes(reportData, 64, "--report-data"),
        bytes(hostData, 32, "--host-data"),
        Optional.ofNullable(policy).map(EvidenceVerifyCommand::policy));
  }

  private static Json policy(Path file) {
    return JsonParser.parse(Disk.read(file, MAX_POLICY), JsonBudget.DOCUMENT);
  }

  private static Optional<Bytes> bytes(@Nullable String hex, int size, String option) {
    return Optional.ofNullable(hex).map(text -> EvidenceRequest.hex(text, size, option));
  }
}
