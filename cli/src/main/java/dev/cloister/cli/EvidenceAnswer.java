package dev.cloister.cli;

import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.Claims;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.SnpClaims;
import dev.cloister.attestation.TdxClaims;
import dev.cloister.attestation.Trusted;
import dev.cloister.attestation.Verdict;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The answer to an {@link EvidenceRequest}, as {@code docs/schemas/evidence-answer.schema.json}
 * describes it.
 *
 * @param verdict {@code authentic}, {@code trusted}, {@code rejected} or {@code inconclusive}
 * @param why the refusal, for {@code rejected}
 * @param missing what would be needed, for {@code inconclusive}
 * @param claims what the evidence says, where it is genuine
 * @param cached names of the pieces that are not of the request but of the store of collateral
 * @param exitCode what a command ends with
 */
record EvidenceAnswer(
    String verdict,
    Optional<Rejected> why,
    List<String> missing,
    Optional<Claims> claims,
    List<String> cached,
    ExitCode exitCode) {

  EvidenceAnswer {
    missing = List.copyOf(missing);
    cached = List.copyOf(cached);
  }

  /** The first answer alone. */
  static EvidenceAnswer of(Authentication authentication) {
    return switch (authentication) {
      case Authentic authentic ->
          new EvidenceAnswer(
              "authentic",
              Optional.empty(),
              List.of(),
              Optional.of(authentic.claims()),
              List.of(),
              ExitCode.DONE);
      case Rejected rejected -> refused(rejected, Optional.empty());
      case Inconclusive inconclusive -> undecided(inconclusive);
    };
  }

  /** Both answers: claims are shown of evidence that is genuine but not what was asked for. */
  static EvidenceAnswer of(Authentication authentication, Verdict verdict) {
    return switch (verdict) {
      case Trusted trusted ->
          new EvidenceAnswer(
              "trusted",
              Optional.empty(),
              List.of(),
              Optional.of(trusted.claims()),
              List.of(),
              ExitCode.DONE);
      case Rejected rejected ->
          refused(
              rejected,
              authentication instanceof Authentic authentic
                  ? Optional.of(authentic.claims())
                  : Optional.empty());
      case Inconclusive inconclusive -> undecided(inconclusive);
    };
  }

  /** Evidence or policy that was refused before it could be examined. */
  static EvidenceAnswer of(CloisterException e) {
    return refused(new Rejected(e.code(), e.where(), "", e.detail()), Optional.empty());
  }

  static EvidenceAnswer refused(Rejected rejected, Optional<Claims> claims) {
    return new EvidenceAnswer(
        "rejected", Optional.of(rejected), List.of(), claims, List.of(), ExitCode.REFUSED);
  }

  private static EvidenceAnswer undecided(Inconclusive inconclusive) {
    return new EvidenceAnswer(
        "inconclusive",
        Optional.empty(),
        inconclusive.missing(),
        Optional.empty(),
        List.of(),
        ExitCode.UNDECIDED);
  }

  /** The same answer, which rests on these pieces of the store. */
  EvidenceAnswer with(List<String> pieces) {
    return new EvidenceAnswer(verdict, why, missing, claims, pieces, exitCode);
  }

  /** The answer as an object, without the id of the request. */
  Json.Obj toJson() {
    Json.ObjectBuilder object =
        Json.object()
            .put("verdict", verdict)
            .put("code", why.map(rejected -> rejected.code().code()).orElse(""))
            .put("path", why.map(Rejected::path).orElse(""))
            .put("expected", why.map(Rejected::expected).orElse(""))
            .put("found", why.map(Rejected::found).orElse(""))
            .put("missing", Json.ofStrings(missing));
    if (!cached.isEmpty()) {
      object.put("cached", Json.ofStrings(cached));
    }
    claims.ifPresent(known -> {
      object.put("revocation", known.revocationChecked() ? "checked" : "unchecked");
      switch (known) {
        case SnpClaims _ -> {}
        case TdxClaims tdx -> object.put("tcb", tdx.tcb().toJson());
      }
      object.put("claims", known.toJson());
    });
    return object.build();
  }

  /** The answer for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(verdict.toUpperCase(Locale.ROOT));
    why.ifPresent(rejected -> {
      lines.add("  " + rejected);
      lines.add("  " + rejected.code().remedy());
    });
    if (!missing.isEmpty()) {
      lines.add("  missing: " + String.join(", ", missing));
    }
    cached.forEach(piece -> lines.add("  from the store: " + piece));
    claims.ifPresent(known -> {
      switch (known) {
        case SnpClaims _ -> {}
        case TdxClaims tdx -> addMembers(lines, "tcb.", tdx.tcb().toJson());
      }
      addMembers(lines, "", known.toJson());
    });
    return List.copyOf(lines);
  }

  private static void addMembers(List<String> lines, String prefix, Json.Obj object) {
    object
        .members()
        .forEach((name, value) -> lines.add("  %-22s %s".formatted(prefix + name, text(value))));
  }

  private static String text(Json value) {
    return value instanceof Json.Str text ? text.value() : JsonWriter.canonical(value);
  }
}
