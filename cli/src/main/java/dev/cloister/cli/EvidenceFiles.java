package dev.cloister.cli;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.PemCertificates;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Evidence with what is needed to check it, from files. */
final class EvidenceFiles {

  private static final int MAX_BYTES = 1 << 20;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The report (1184 bytes) or quote.")
  private @Nullable Path evidence;

  @Option(
      names = "--certificates",
      paramLabel = "FILE",
      description = "Certificates, in PEM or DER; may be given several times.")
  private List<Path> certificates = new ArrayList<>();

  @Option(names = "--crl", paramLabel = "FILE", description = "SNP: AMD's revocation list, in DER.")
  private @Nullable Path crl;

  @Option(
      names = "--tcb-info",
      paramLabel = "FILE",
      description = "TDX: the TCB info, exactly as Intel serves it.")
  private @Nullable Path tcbInfo;

  @Option(
      names = "--qe-identity",
      paramLabel = "FILE",
      description = "TDX: the QE identity, exactly as Intel serves it.")
  private @Nullable Path qeIdentity;

  @Option(
      names = "--root-ca-crl",
      paramLabel = "FILE",
      description = "TDX: the root's revocation list, in DER.")
  private @Nullable Path rootCaCrl;

  @Option(
      names = "--pck-crl",
      paramLabel = "FILE",
      description = "TDX: the platform authority's revocation list, in DER.")
  private @Nullable Path pckCrl;

  /** Whether a file with evidence was named. */
  boolean isNamed() {
    return evidence != null;
  }

  Evidence read() {
    if (evidence == null) {
      throw new CloisterException(
          CliError.WRONG_USE, "FILE", "name the report or quote, or --request - or --batch -");
    }
    Bytes bytes = Disk.read(evidence, MAX_BYTES);
    return switch (EvidenceType.of(bytes)) {
      case SNP -> new SnpEvidence(bytes, chain(), crl == null ? List.of() : List.of(optional(crl)));
      case TDX ->
          new TdxEvidence(
              bytes,
              List.of(),
              new TdxCollateral(
                  optional(tcbInfo),
                  optional(qeIdentity),
                  optional(rootCaCrl),
                  optional(pckCrl),
                  chain()));
    };
  }

  private List<Bytes> chain() {
    List<Bytes> chain = new ArrayList<>();
    for (Path file : certificates) {
      Bytes content = Disk.read(file, MAX_BYTES);
      String text = new String(content.toArray(), StandardCharsets.ISO_8859_1);
      if (PemCertificates.isPem(text)) {
        chain.addAll(PemCertificates.parse(text.strip(), file.toString()));
      } else {
        chain.add(content);
      }
    }
    return chain;
  }

  private static Bytes optional(@Nullable Path file) {
    return file == null ? Bytes.EMPTY : Disk.read(file, MAX_BYTES);
  }
}
