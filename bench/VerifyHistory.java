import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Approval;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.OwnerSignature;
import dev.cloister.manifest.OwnerSigner;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes a history in files; verifies it; or only checks its signatures. See bench/verify-history. */
final class VerifyHistory {

  private static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");

  private VerifyHistory() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "prepare" ->
          prepare(
              directory,
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]),
              arguments[4]);
      case "verify" -> measure("verify", () -> verify(directory));
      case "limit" -> measure("limit (signatures alone)", () -> signatures(directory));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private interface Work {
    String run() throws Exception;
  }

  private static void measure(String what, Work work) throws Exception {
    long start = System.nanoTime();
    String result = work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double processor =
        ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    System.out.printf(
        Locale.ROOT,
        "  %-24s %.2f s, processor with start of the JVM %.2f s, peak %d MiB: %s%n",
        what,
        seconds,
        processor,
        peakMebibytes(),
        result);
  }

  private static long peakMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("no peak in /proc/self/status");
  }

  private static String verify(Path directory) throws IOException {
    Deployment deployment =
        Deployment.parse(Bytes.of(Files.readAllBytes(directory.resolve("deployment.json"))));
    History history = History.replay(deployment, () -> entries(directory));
    return history + ", " + history.manifest().orElseThrow().workloads().size() + " workloads";
  }

  private static Iterator<HistoryEntry> entries(Path directory) {
    return new Iterator<>() {
      private int number = 1;

      @Override
      public boolean hasNext() {
        return Files.exists(directory.resolve(number + ".transition"));
      }

      @Override
      public HistoryEntry next() {
        Bytes signed = read(directory.resolve(number + ".transition"));
        Bytes manifest = read(directory.resolve(number + ".manifest"));
        number++;
        return new HistoryEntry(SignedTransition.parse(signed), manifest);
      }
    };
  }

  private static Bytes read(Path file) {
    try {
      return Bytes.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String signatures(Path directory) throws Exception {
    Deployment deployment = Deployment.parse(read(directory.resolve("deployment.json")));
    Map<Bytes, OwnerKey> keys = new HashMap<>();
    deployment.owners().update().keys().forEach(key -> keys.put(key.digest(), key));
    deployment.owners().recovery().signers().keys().forEach(key -> keys.put(key.digest(), key));
    int count = 0;
    for (Iterator<HistoryEntry> entries = entries(directory); entries.hasNext(); ) {
      SignedTransition signed = entries.next().transition();
      byte[] message = signed.transition().signedBytes().toArray();
      for (OwnerSignature signature : signed.signatures()) {
        OwnerKey key = keys.get(signature.key());
        Signature check = Signature.getInstance(algorithm(key.algorithm().name()));
        check.initVerify(key.key());
        check.update(message);
        if (!check.verify(signature.signature().toArray())) {
          throw new IllegalStateException("a signature does not hold");
        }
        count++;
      }
    }
    return count + " signatures";
  }

  private static String algorithm(String kind) {
    return switch (kind) {
      case "P256" -> "SHA256withECDSA";
      case "P384" -> "SHA384withECDSA";
      default -> "Ed25519";
    };
  }

  private record Owner(OwnerSigner signer, RecoveryOwner entry) {
    static Owner make(String kind) throws GeneralSecurityException {
      KeyPair pair =
          switch (kind) {
            case "P256" -> pair("EC", "secp256r1");
            case "P384" -> pair("EC", "secp384r1");
            default -> pair("Ed25519", "");
          };
      OwnerKey key = OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), "key");
      KeyPair encryption = pair("X25519", "");
      return new Owner(
          OwnerSigner.of(Secret.takeFrom(pair.getPrivate().getEncoded()), List.of(key)),
          new RecoveryOwner(
              key, EncryptionKey.of(Bytes.of(encryption.getPublic().getEncoded()), "key")));
    }

    private static KeyPair pair(String algorithm, String curve) throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      }
      return generator.generateKeyPair();
    }
  }

  private static void prepare(Path directory, int transitions, int workloads, String kind)
      throws Exception {
    Files.createDirectories(directory);
    List<Owner> update = List.of(Owner.make(kind), Owner.make(kind), Owner.make(kind));
    Owner recovery = Owner.make(kind);
    Quorum quorum = new Quorum(2, update.stream().map(owner -> owner.signer().key()).toList());
    Owners owners = new Owners(quorum, new RecoveryQuorum(1, List.of(recovery.entry())));
    Deployment deployment =
        Deployment.create("bench", Bytes.ofUtf8("nonce").sha256(), Mode.SIMULATED, owners);
    Files.write(directory.resolve("deployment.json"), deployment.document().toArray());
    History history = History.begin(deployment);
    for (int number = 1; number <= transitions; number++) {
      Manifest manifest = manifest(deployment, workloads, number);
      Transition transition =
          history.head().equals(Head.NONE)
              ? Transition.first(manifest, "begin", EXPIRES, Bytes.ofUtf8("root").sha256())
              : Transition.after(history.head(), manifest, "change " + number, EXPIRES);
      SignedTransition signed =
          SignedTransition.unsigned(transition)
              .with(Approval.sign(transition, update.get(number % 3).signer()))
              .with(Approval.sign(transition, update.get((number + 1) % 3).signer()));
      if (number == 1) {
        signed = signed.with(Approval.sign(transition, recovery.signer()));
      }
      HistoryEntry entry = new HistoryEntry(signed, manifest.document());
      history = history.accept(history.head(), entry, Instant.EPOCH);
      Files.write(directory.resolve(number + ".transition"), signed.document().toArray());
      Files.write(directory.resolve(number + ".manifest"), manifest.document().toArray());
    }
    System.out.printf(
        "%d transitions of %d workloads (%d KiB a manifest), 2 signatures with %s on each%n",
        transitions,
        workloads,
        history.manifest().orElseThrow().document().size() / 1024,
        kind);
  }

  private static Manifest manifest(Deployment deployment, int workloads, int generation) {
    List<Workload> entries = new ArrayList<>();
    for (int i = 0; i < workloads; i++) {
      String initdata = i == 0 ? "coordinator" : i + " at " + (i % 10 == 1 ? generation : 0);
      entries.add(
          new Workload(
              Bytes.ofUtf8(initdata).sha256(),
              "workload-" + i,
              "namespace-" + i % 20,
              i == 0 ? WorkloadRole.COORDINATOR : WorkloadRole.WORKLOAD,
              List.of("genoa", "genoa-small"),
              List.of("workload-" + i + ".shop.example", "workload-" + i),
              "secret-" + i));
    }
    ReferenceValue value = value(SnpProduct.GENOA);
    Map<String, ReferenceValue> values = Map.of("genoa", value, "genoa-small", value);
    return Manifest.create(deployment.pin(), entries, values, CertificateRules.STANDARD);
  }

  private static ReferenceValue value(SnpProduct product) {
    return SnpReferenceValue.plain(
        "guest",
        new TrustAnchor.Simulated(Bytes.ofUtf8("root").sha256()),
        product,
        Bytes.ofUtf8("digest").sha384(),
        1,
        new TcbVersion(product.layout(), 0, 1, 2, 3, 4));
  }
}
