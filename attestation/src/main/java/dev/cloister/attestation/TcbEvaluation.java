package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What Intel says about a machine's firmware, at the levels that its quote proves (Intel DCAP Quote
 * Verification Library, "TCB evaluation"; PCS API, TCB info version 3).
 *
 * @param status the status of the whole
 * @param platform that of processor firmware and PCE
 * @param module that of the TDX module; nothing where its version is 0, which has no levels
 * @param quotingEnclave that of the enclave that signs quotes
 * @param date the earliest day to whose knowledge each part is up to date
 * @param advisories identifiers of what any part lacks
 * @param evaluationDataNumber that of the TCB info
 * @param qeEvaluationDataNumber that of the QE identity
 */
public record TcbEvaluation(
    TcbStatus status,
    TcbStatus platform,
    Optional<TcbStatus> module,
    TcbStatus quotingEnclave,
    Instant date,
    List<String> advisories,
    int evaluationDataNumber,
    int qeEvaluationDataNumber) {

  public TcbEvaluation {
    advisories = List.copyOf(advisories);
  }

  /** As an object with Intel's names of the statuses. */
  public Json.Obj toJson() {
    Json.ObjectBuilder object =
        Json.object().put("status", status.text()).put("platformStatus", platform.text());
    module.ifPresent(known -> object.put("moduleStatus", known.text()));
    return object
        .put("qeStatus", quotingEnclave.text())
        .put("advisoryIds", Json.ofStrings(advisories))
        .put("evaluationDataNumber", evaluationDataNumber)
        .put("qeEvaluationDataNumber", qeEvaluationDataNumber)
        .put("date", date.toString())
        .build();
  }

  static TcbEvaluation of(TcbInfo info, QeIdentity identity, PckExtensions pck, TdxQuote quote) {
    Evaluator evaluator = new Evaluator(info, pck, quote.body(), level(identity, quote.qeReport()));
    Standing launch = evaluator.under(quote.body().teeTcbSvn());
    Standing now = evaluator.under(quote.body().currentTeeTcbSvn());
    TcbStatus status = launch.status().whileRunningUnder(now.status());
    if (status == TcbStatus.REVOKED) {
      throw new Refusal(AttestationError.TCB_REVOKED, "tcb.status", "", status.text());
    }
    return new TcbEvaluation(
        status,
        launch.platform().status(),
        launch.module().map(TcbLevel::status),
        launch.quotingEnclave().status(),
        launch.date(),
        launch.advisories(),
        info.evaluationDataNumber(),
        identity.evaluationDataNumber());
  }

  private static TcbLevel level(QeIdentity identity, QeReport report) {
    return newest(
        identity.levels(), report.isvSvn(), "quote.qeReport.isvsvn", "the quoting enclave");
  }

  /** The newest level that the version reaches. */
  private static TcbLevel newest(
      List<TcbLevel.OfPart> levels, int version, String path, String part) {
    return levels.stream()
        .filter(level -> version >= level.lowest())
        .findFirst()
        .map(TcbLevel.OfPart::level)
        .orElseThrow(() -> noLevel(path, "a level of " + part, Integer.toString(version)));
  }

  private static Refusal noLevel(String path, String expected, String found) {
    return new Refusal(AttestationError.TCB_LEVEL_UNKNOWN, path, expected, found);
  }

  /** The levels of all parts under one version of the TDX module. */
  private record Standing(TcbLevel platform, Optional<TcbLevel> module, TcbLevel quotingEnclave) {

    TcbStatus status() {
      TcbStatus status = platform.status();
      if (module.isPresent()) {
        status = status.withPart(module.get().status());
      }
      return status.withPart(quotingEnclave.status());
    }

    private List<TcbLevel> all() {
      List<TcbLevel> all = new ArrayList<>(List.of(platform, quotingEnclave));
      module.ifPresent(all::add);
      return all;
    }

    Instant date() {
      return all().stream().map(TcbLevel::date).min(Instant::compareTo).orElseThrow();
    }

    List<String> advisories() {
      SortedSet<String> advisories = new TreeSet<>();
      all().forEach(level -> advisories.addAll(level.advisories()));
      return List.copyOf(advisories);
    }
  }

  private record Evaluator(
      TcbInfo info, PckExtensions pck, TdReport body, TcbLevel quotingEnclave) {

    Standing under(Bytes teeTcbSvn) {
      return new Standing(platform(teeTcbSvn), module(teeTcbSvn), quotingEnclave);
    }

    private TcbLevel platform(Bytes teeTcbSvn) {
      for (TcbInfo.PlatformLevel level : info.levels()) {
        if (reaches(level, teeTcbSvn)) {
          return level.level();
        }
      }
      throw noLevel(
          "quote.teeTcbSvn",
          "a level of the platform",
          teeTcbSvn.toHex() + ", SGX " + pck.components() + ", PCE " + pck.pceSvn());
    }

    /** The first two TDX components are the module's, which has levels of its own from 1 on. */
    private boolean reaches(TcbInfo.PlatformLevel level, Bytes teeTcbSvn) {
      if (pck.pceSvn() < level.pceSvn()) {
        return false;
      }
      int firstTdx = teeTcbSvn.at(1) > 0 ? 2 : 0;
      for (int i = 0; i < 16; i++) {
        boolean below =
            pck.components().get(i) < level.sgx().get(i)
                || (i >= firstTdx && teeTcbSvn.at(i) < level.tdx().get(i));
        if (below) {
          return false;
        }
      }
      return true;
    }

    private Optional<TcbLevel> module(Bytes teeTcbSvn) {
      int major = teeTcbSvn.at(1);
      if (major == 0) {
        requireGenuine(info.module());
        return Optional.empty();
      }
      TcbInfo.Module module =
          info.moduleOf(major)
              .orElseThrow(() ->
                  noLevel(
                      "quote.teeTcbSvn",
                      "a TDX module that Intel knows",
                      "TDX_%02X".formatted(major)));
      requireGenuine(module);
      return Optional.of(
          newest(module.levels(), teeTcbSvn.at(0), "quote.teeTcbSvn", "the TDX module"));
    }

    private void requireGenuine(TcbInfo.Module module) {
      if (!body.mrSignerSeam().equals(module.mrSigner())) {
        throw new Refusal(
            AttestationError.TDX_MODULE_NOT_GENUINE,
            "quote.mrSignerSeam",
            module.mrSigner().toHex(),
            body.mrSignerSeam().toHex());
      }
      Bytes attributes = QeIdentity.masked(body.seamAttributes(), module.mask());
      if (!attributes.equals(module.attributes())) {
        throw new Refusal(
            AttestationError.TDX_MODULE_NOT_GENUINE,
            "quote.seamAttributes",
            module.attributes().toHex(),
            body.seamAttributes().toHex());
      }
    }
  }
}
