package dev.cloister.cli;

import dev.cloister.attestation.TrustAnchor;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.client.VerifiedDeployment;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Workload;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What {@code cloister verify} says, for people and for programs. */
final class VerifyReport {

  private static final int SHOWN_WORKLOADS = 20;

  private final VerifiedDeployment verified;
  private final Path memory;
  private final List<String> written;

  VerifyReport(VerifiedDeployment verified, Path memory, List<String> written) {
    this.verified = verified;
    this.memory = memory;
    this.written = List.copyOf(written);
  }

  List<String> lines() {
    VerifiedCoordinator coordinator = verified.coordinator();
    Head head = coordinator.history().head();
    List<String> lines = new ArrayList<>();
    lines.add("VERIFIED  " + verified.deployment().name());
    if (verified.deployment().mode() == Mode.SIMULATED) {
      lines.add("  " + Simulated.WARNING);
    }
    lines.add("  pin           " + verified.deployment().pin());
    lines.add("  mode          " + verified.deployment().mode().text());
    lines.add("  transition    " + head.number() + "  " + head.digest().toHex());
    lines.add("  reason        " + reason());
    lines.add("  manifest      " + verified.manifest().digest().toHex());
    lines.add("  Coordinator   " + coordinator.entry().fullName());
    lines.add("  guest image   " + coordinator.evidence().reference().image());
    lines.add("  root CA       " + fingerprint(coordinator.rootCertificate()));
    for (X509Certificate mesh : coordinator.meshCertificates()) {
      lines.add("  mesh CA       " + fingerprint(mesh));
    }
    addWorkloads(lines);
    verified.findings().proven().forEach(sentence -> lines.add("proven: " + sentence));
    verified.findings().notProven().forEach(sentence -> lines.add("not proven: " + sentence));
    lines.add("remembered in " + memory);
    written.forEach(file -> lines.add("wrote " + file));
    return lines;
  }

  private void addWorkloads(List<String> lines) {
    List<Workload> workloads = verified.manifest().workloads();
    for (Workload workload : workloads.subList(0, Math.min(SHOWN_WORKLOADS, workloads.size()))) {
      lines.add("  may run       " + IdentityName.of(workload, verified.deployment()));
    }
    if (workloads.size() > SHOWN_WORKLOADS) {
      lines.add("  may run       and " + (workloads.size() - SHOWN_WORKLOADS) + " more");
    }
  }

  private String reason() {
    return verified.coordinator().history().transitions().getLast().transition().reason();
  }

  Json json() {
    VerifiedCoordinator coordinator = verified.coordinator();
    Head head = coordinator.history().head();
    return Json.object()
        .put("ok", true)
        .put("deployment", verified.deployment().name())
        .put("pin", verified.deployment().pin().toString())
        .put("mode", verified.deployment().mode().text())
        .put(
            "simulated", coordinator.evidence().reference().root() instanceof TrustAnchor.Simulated)
        .put(
            "head",
            Json.object().put("number", head.number()).put("digest", head.digest().toHex()).build())
        .put("reason", reason())
        .put("manifest", verified.manifest().digest().toHex())
        .put("coordinator", coordinator.entry().fullName())
        .put("claims", coordinator.evidence().claims().toJson())
        .put("rootCa", fingerprint(coordinator.rootCertificate()))
        .put(
            "meshCas",
            Json.ofStrings(
                coordinator.meshCertificates().stream().map(VerifyReport::fingerprint).toList()))
        .put(
            "workloads",
            Json.of(verified.manifest().workloads().stream().map(this::workload).toList()))
        .put("proven", Json.ofStrings(verified.findings().proven()))
        .put("notProven", Json.ofStrings(verified.findings().notProven()))
        .put("knownHeads", memory.toString())
        .put("written", Json.ofStrings(written))
        .build();
  }

  private Json workload(Workload workload) {
    return Json.object()
        .put("name", workload.name())
        .put("namespace", workload.namespace())
        .put("role", workload.role().text())
        .put("initdata", workload.initdataDigest().toHex())
        .put("identity", IdentityName.of(workload, verified.deployment()).toString())
        .put("sans", Json.ofStrings(workload.sans()))
        .build();
  }

  /** SHA-256 of the certificate, as {@code openssl x509 -fingerprint -sha256} has it. */
  private static String fingerprint(X509Certificate certificate) {
    try {
      return Bytes.of(certificate.getEncoded()).sha256().toHex();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("it was decoded before", e);
    }
  }
}
