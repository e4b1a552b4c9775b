package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.ShareLabel;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter;
import org.bouncycastle.crypto.threshold.ShamirSplitSecret;
import org.bouncycastle.crypto.threshold.ShamirSplitSecretShare;

/**
 * The seed split among the recovery owners in force (Shamir over GF(2^8), byte by byte), each share
 * encrypted to its owner.
 *
 * @param digest names the dealing, 32 bytes
 * @param shares documents of {@link RecoveryShare}, in the order of the owners
 */
record Dealing(Bytes digest, List<Bytes> shares) {

  Dealing {
    shares = List.copyOf(shares);
  }

  /**
   * Deals the seed.
   *
   * @param head the transition that this belongs to
   */
  static Dealing of(Seed seed, Head head, RecoveryQuorum owners, SecureRandom random) {
    List<Secret> parts = split(seed, owners.threshold(), owners.owners().size(), random);
    try {
      return encrypt(seed, head, owners, parts, random);
    } finally {
      parts.forEach(Secret::close);
    }
  }

  private static Dealing encrypt(
      Seed seed, Head head, RecoveryQuorum owners, List<Secret> parts, SecureRandom random) {
    int threshold = owners.threshold();
    List<Bytes> commitments = new ArrayList<>();
    for (Secret part : parts) {
      commitments.add(
          ShareContent.commitment(seed.pin(), head, commitments.size() + 1, threshold, part));
    }
    List<Bytes> documents = new ArrayList<>();
    for (RecoveryOwner owner : owners.owners()) {
      int index = documents.size() + 1;
      ShareContent content =
          new ShareContent(head, index, threshold, commitments, parts.get(index - 1));
      try (Secret encoded = content.encode()) {
        ShareLabel label = new ShareLabel(seed.pin(), head, index, threshold);
        documents.add(RecoveryShare.encrypt(label, owner.encryption(), encoded, random).document());
      }
    }
    return new Dealing(ShareContent.dealing(seed.pin(), head, threshold, commitments), documents);
  }

  private static List<Secret> split(Seed seed, int threshold, int count, SecureRandom random) {
    byte[] raw = seed.value().expose(SecretAccess.INSTANCE);
    try {
      ShamirSplitSecretShare[] split =
          splitter(random).resplit(raw, threshold, count).getSecretShares();
      List<Secret> parts = new ArrayList<>();
      for (ShamirSplitSecretShare share : split) {
        parts.add(Secret.takeFrom(share.getEncoded()));
      }
      return parts;
    } catch (IOException e) {
      throw new IllegalStateException("shares that were made have bytes", e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  private static ShamirSecretSplitter splitter(SecureRandom random) {
    return ShamirSecretSplitter.getInstance(ShamirSecretSplitter.Algorithm.AES, Seed.SIZE, random);
  }

  /**
   * What the shares give together; the caller checks whether it is the seed.
   *
   * @param shares exactly as many as the threshold, with different indexes
   */
  static Secret combine(Collection<ShareContent> shares) {
    ShamirSplitSecretShare[] parts = new ShamirSplitSecretShare[shares.size()];
    int at = 0;
    for (ShareContent share : shares) {
      byte[] raw = share.share().expose(SecretAccess.INSTANCE);
      parts[at++] = new ShamirSplitSecretShare(raw, share.index());
      Arrays.fill(raw, (byte) 0);
    }
    try {
      return Secret.takeFrom(
          ShamirSplitSecret.getInstance(ShamirSecretSplitter.Algorithm.AES, parts).getSecret());
    } catch (IOException e) {
      throw new IllegalStateException("shares that were made have bytes", e);
    }
  }
}
