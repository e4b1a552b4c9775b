package dev.cloister.cli;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What examining evidence has in common: from files, one request, or many. */
abstract class EvidenceExamination extends Command {

  /** What one request may hold. */
  static final JsonBudget REQUEST = new JsonBudget(4 << 20, 16, 1 << 16);

  private final Locations locations;
  private final InstantSource clock;

  @Mixin private EvidenceFiles files = new EvidenceFiles();
  @Mixin private CacheOptions cache = new CacheOptions();
  @Mixin private SimulatedOption simulated = new SimulatedOption();
  @Mixin private TimeOption at = new TimeOption();

  @Option(
      names = "--request",
      paramLabel = "-",
      description = "Read one request from standard input (docs/evidence.md).")
  private @Nullable String request;

  @Option(
      names = "--batch",
      paramLabel = "-",
      description = "Read requests from standard input, one a line, and answer one a line.")
  private @Nullable String batch;

  @Option(
      names = "--cached",
      description = {
        "Take what is missing from the store of collateral, as far as it is valid at that time;"
            + " and refuse a time before what the store proves. Also with --cache alone."
      })
  private boolean cached;

  @Option(
      names = "--max-age",
      paramLabel = "HOURS",
      description =
          "How old what is taken from the store may be (default: as long as it is valid).")
  private @Nullable Integer maxAge;

  EvidenceExamination(Terminal terminal, Locations locations, InstantSource clock) {
    super(terminal);
    this.locations = locations;
    this.clock = clock;
  }

  /** The answer to one request. */
  abstract EvidenceAnswer answer(EvidenceExaminer examiner, EvidenceRequest asked);

  /** The request that the command line makes of the files. */
  abstract EvidenceRequest ofFiles(EvidenceFiles named, Instant time);

  @Override
  protected final ExitCode run() {
    requireOneSource();
    if (batch != null) {
      EvidenceExaminer examiner =
          examiner(simulated.verifier().withProvider(new BouncyCastleProvider()));
      new Batch(terminal(), REQUEST)
          .answer(
              fields -> answer(examiner, fields).toJson(),
              refused -> EvidenceAnswer.of(refused).toJson());
      return ExitCode.DONE;
    }
    if (request != null) {
      return answerOne();
    }
    EvidenceAnswer answer = answerFiles();
    if (json()) {
      terminal().print(answer.toJson());
    } else {
      answer.lines().forEach(terminal()::print);
    }
    return answer.exitCode();
  }

  private void requireOneSource() {
    int sources = (batch == null ? 0 : 1) + (request == null ? 0 : 1) + (files.isNamed() ? 1 : 0);
    boolean standardInput =
        (batch == null || batch.equals("-")) && (request == null || request.equals("-"));
    if (sources != 1 || !standardInput) {
      throw new CloisterException(
          CliError.WRONG_USE, "FILE", "name the report or quote, or --request - or --batch -");
    }
  }

  private EvidenceExaminer examiner() {
    return examiner(simulated.verifier());
  }

  private EvidenceExaminer examiner(EvidenceVerifier verifier) {
    boolean usesStore = cached || cache.isNamed();
    if (maxAge != null && !usesStore) {
      throw new CloisterException(CliError.WRONG_USE, "--max-age", "needs --cached or --cache");
    }
    return usesStore
        ? EvidenceExaminer.of(
            verifier,
            cache.open(locations),
            Optional.ofNullable(maxAge).map(CollateralOptions::hours))
        : EvidenceExaminer.of(verifier);
  }

  private ExitCode answerOne() {
    Json id = new Json.Null();
    EvidenceAnswer answer;
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(input(), REQUEST), "");
      id = fields.has("id") ? fields.any("id") : id;
      answer = answer(examiner(), EvidenceRequest.read(fields, at.time(clock)));
    } catch (CloisterException e) {
      answer = refusedOrThrow(e);
    }
    Json.ObjectBuilder whole = Json.object().put("id", id);
    answer.toJson().members().forEach(whole::put);
    terminal().print(JsonWriter.canonical(whole.build()));
    return answer.exitCode();
  }

  private Bytes input() {
    try {
      return Bytes.of(terminal().in().readNBytes(REQUEST.bytes() + 1));
    } catch (IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_READABLE, "standard input", String.valueOf(e.getMessage()), e);
    }
  }

  private EvidenceAnswer answerFiles() {
    try {
      return answer(examiner(), ofFiles(files, at.time(clock)));
    } catch (CloisterException e) {
      return refusedOrThrow(e);
    }
  }

  /** A line of a batch always has an answer, also where it is no request. */
  private EvidenceAnswer answer(EvidenceExaminer examiner, JsonFields fields) {
    try {
      return answer(examiner, EvidenceRequest.read(fields, at.time(clock)));
    } catch (CloisterException e) {
      return EvidenceAnswer.of(e);
    }
  }

  /** What evidence, certificates or policy are wrong in is an answer; a bad request is none. */
  private static EvidenceAnswer refusedOrThrow(CloisterException e) {
    if (e.code() instanceof AttestationError) {
      return EvidenceAnswer.of(e);
    }
    throw e.code() instanceof CliError
        ? e
        : new CloisterException(CliError.BAD_REQUEST, e.where(), e.detail(), e);
  }
}
