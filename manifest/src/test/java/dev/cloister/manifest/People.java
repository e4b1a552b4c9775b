package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Owners with their private keys, and what they do, for the tests of this module. */
final class People {

  static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
  static final Instant LATER = NOW.plusSeconds(3600);
  static final Bytes ROOT = Bytes.ofUtf8("root key of this Coordinator").sha256();

  /** An owner. */
  record Person(OwnerSigner signer, EncryptionKey encryption, KeyPair encryptionPair) {

    static Person make(KeyAlgorithm algorithm) {
      KeyPair pair = pair(algorithm);
      OwnerKey key = OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), "key");
      Secret pkcs8 = Secret.takeFrom(pair.getPrivate().getEncoded());
      KeyPair encryption = generate("X25519", "");
      return new Person(
          OwnerSigner.of(pkcs8, List.of(key)),
          EncryptionKey.of(Bytes.of(encryption.getPublic().getEncoded()), "key"),
          encryption);
    }

    OwnerKey key() {
      return signer.key();
    }

    OwnerSignature sign(Transition transition) {
      return Approval.sign(transition, signer);
    }

    RecoveryOwner recoveryOwner() {
      return new RecoveryOwner(key(), encryption);
    }
  }

  private People() {}

  static KeyPair pair(KeyAlgorithm algorithm) {
    return switch (algorithm) {
      case P256 -> generate("EC", "secp256r1");
      case P384 -> generate("EC", "secp384r1");
      case ED25519 -> generate("Ed25519", "");
    };
  }

  private static KeyPair generate(String algorithm, String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Owners owners(int update, List<Person> updaters, int recovery, List<Person> recoverers) {
    List<OwnerKey> keys = new ArrayList<>();
    updaters.forEach(person -> keys.add(person.key()));
    List<RecoveryOwner> entries = new ArrayList<>();
    recoverers.forEach(person -> entries.add(person.recoveryOwner()));
    return new Owners(new Quorum(update, keys), new RecoveryQuorum(recovery, entries));
  }

  static Deployment deployment(Owners owners) {
    return Deployment.create("shop", Documents.NONCE, Mode.SIMULATED, owners);
  }

  /** A manifest with a Coordinator, and a workload for each name. */
  static Manifest manifest(Deployment deployment, String image, String... names) {
    List<Workload> workloads = new ArrayList<>();
    workloads.add(Documents.workload("coordinator", WorkloadRole.COORDINATOR));
    for (String name : names) {
      workloads.add(Documents.workload(name, WorkloadRole.WORKLOAD));
    }
    return Manifest.create(
        deployment.pin(),
        workloads,
        Map.of("snp", Documents.referenceValue(image)),
        CertificateRules.STANDARD);
  }

  /** The transition after the history's newest. */
  static Transition next(History history, Manifest manifest) {
    return history.head().equals(Head.NONE)
        ? Transition.first(manifest, "begin", LATER, ROOT)
        : Transition.after(history.head(), manifest, "go on", LATER);
  }

  static HistoryEntry signed(Transition transition, Manifest manifest, List<Person> people) {
    SignedTransition signed = SignedTransition.unsigned(transition);
    for (Person person : people) {
      signed = signed.with(person.sign(transition));
    }
    return new HistoryEntry(signed, manifest.document());
  }
}
