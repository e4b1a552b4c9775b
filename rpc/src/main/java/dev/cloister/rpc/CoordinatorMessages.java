package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said to the Coordinator inside the attested channel: messages of {@code
 * coordinator.proto} as records. Reading refuses unknown and repeated fields; a field that is
 * absent has the default of protobuf.
 */
public final class CoordinatorMessages {

  private CoordinatorMessages() {}

  /**
   * {@code cloister.coordinator.v1.GetStateResponse}.
   *
   * @param phase {@code awaiting-first-transition}, {@code ready} or {@code recovering}
   * @param rootCertificate the root CA, DER; empty while it recovers
   * @param headNumber number of the newest transition; 0 where there is none
   * @param headDigest its SHA-256, 32 bytes; empty where there is none
   * @param missingShares shares still needed while it recovers
   * @param meshCertificates the mesh CAs, DER, newest generation first
   */
  public record GetStateResponse(
      String phase,
      Bytes rootCertificate,
      long headNumber,
      Bytes headDigest,
      int missingShares,
      List<Bytes> meshCertificates)
      implements ProtoMessage {
    public GetStateResponse {
      meshCertificates = List.copyOf(meshCertificates);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static GetStateResponse read(ProtoReader in) {
      String phase = "";
      Bytes rootCertificate = Bytes.EMPTY;
      long headNumber = 0;
      Bytes headDigest = Bytes.EMPTY;
      int missingShares = 0;
      List<Bytes> meshCertificates = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> phase = in.string();
          case 2 -> rootCertificate = in.bytes();
          case 3 -> headNumber = in.uint64();
          case 4 -> headDigest = in.bytes();
          case 5 -> missingShares = in.uint32();
          case 6 -> meshCertificates.add(in.many().bytes());
          default -> throw in.unknown();
        }
      }
      return new GetStateResponse(
          phase, rootCertificate, headNumber, headDigest, missingShares, meshCertificates);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, phase);
      out.bytes(2, rootCertificate);
      out.uint64(3, headNumber);
      out.bytes(4, headDigest);
      out.uint32(5, missingShares);
      out.bytes(6, meshCertificates);
    }
  }

  /**
   * {@code cloister.coordinator.v1.GetHistoryRequest}.
   *
   * @param afterNumber number of the transition before the first entry
   * @param manifestOffset bytes of the first entry's manifest that the caller has already
   */
  public record GetHistoryRequest(long afterNumber, long manifestOffset) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetHistoryRequest read(ProtoReader in) {
      long afterNumber = 0;
      long manifestOffset = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> afterNumber = in.uint64();
          case 2 -> manifestOffset = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new GetHistoryRequest(afterNumber, manifestOffset);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, afterNumber);
      out.uint64(2, manifestOffset);
    }
  }

  /**
   * {@code cloister.coordinator.v1.GetHistoryResponse}.
   *
   * @param entries transitions in their order
   * @param more whether there are more behind these
   */
  public record GetHistoryResponse(List<Entry> entries, boolean more) implements ProtoMessage {
    public GetHistoryResponse {
      entries = List.copyOf(entries);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static GetHistoryResponse read(ProtoReader in) {
      List<Entry> entries = new ArrayList<>();
      boolean more = false;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> entries.add(Entry.read(in.many().message()));
          case 2 -> more = in.bool();
          default -> throw in.unknown();
        }
      }
      return new GetHistoryResponse(entries, more);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.messages(1, entries);
      out.bool(2, more);
    }
  }

  /**
   * {@code cloister.coordinator.v1.Entry}.
   *
   * @param signedTransition the signed transition's document
   * @param manifest the manifest
   * @param manifestSize bytes of the whole manifest; 0 where it is that of the entry before
   */
  public record Entry(Bytes signedTransition, Bytes manifest, long manifestSize)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static Entry read(ProtoReader in) {
      Bytes signedTransition = Bytes.EMPTY;
      Bytes manifest = Bytes.EMPTY;
      long manifestSize = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> signedTransition = in.bytes();
          case 2 -> manifest = in.bytes();
          case 3 -> manifestSize = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new Entry(signedTransition, manifest, manifestSize);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, signedTransition);
      out.bytes(2, manifest);
      out.uint64(3, manifestSize);
    }
  }

  /**
   * {@code cloister.coordinator.v1.SetTransitionRequest}.
   *
   * @param signedTransition the signed transition's document
   * @param manifest the manifest
   * @param expectedNumber number of the newest transition as the sender knows it
   * @param expectedDigest its digest
   */
  public record SetTransitionRequest(
      Bytes signedTransition, Bytes manifest, long expectedNumber, Bytes expectedDigest)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static SetTransitionRequest read(ProtoReader in) {
      Bytes signedTransition = Bytes.EMPTY;
      Bytes manifest = Bytes.EMPTY;
      long expectedNumber = 0;
      Bytes expectedDigest = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> signedTransition = in.bytes();
          case 2 -> manifest = in.bytes();
          case 3 -> expectedNumber = in.uint64();
          case 4 -> expectedDigest = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new SetTransitionRequest(signedTransition, manifest, expectedNumber, expectedDigest);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, signedTransition);
      out.bytes(2, manifest);
      out.uint64(3, expectedNumber);
      out.bytes(4, expectedDigest);
    }
  }

  /**
   * {@code cloister.coordinator.v1.SetTransitionResponse}.
   *
   * @param headNumber number of the newest transition; 0 where there is none
   * @param headDigest its SHA-256, 32 bytes; empty where there is none
   * @param rootCertificate the root CA, DER; empty while it recovers
   * @param meshCertificates the mesh CAs, DER, newest generation first
   * @param recoveryShares documents, each encrypted to one recovery owner
   */
  public record SetTransitionResponse(
      long headNumber,
      Bytes headDigest,
      Bytes rootCertificate,
      List<Bytes> meshCertificates,
      List<Bytes> recoveryShares)
      implements ProtoMessage {
    public SetTransitionResponse {
      meshCertificates = List.copyOf(meshCertificates);
      recoveryShares = List.copyOf(recoveryShares);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static SetTransitionResponse read(ProtoReader in) {
      long headNumber = 0;
      Bytes headDigest = Bytes.EMPTY;
      Bytes rootCertificate = Bytes.EMPTY;
      List<Bytes> meshCertificates = new ArrayList<>();
      List<Bytes> recoveryShares = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> headNumber = in.uint64();
          case 2 -> headDigest = in.bytes();
          case 3 -> rootCertificate = in.bytes();
          case 4 -> meshCertificates.add(in.many().bytes());
          case 5 -> recoveryShares.add(in.many().bytes());
          default -> throw in.unknown();
        }
      }
      return new SetTransitionResponse(
          headNumber, headDigest, rootCertificate, meshCertificates, recoveryShares);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, headNumber);
      out.bytes(2, headDigest);
      out.bytes(3, rootCertificate);
      out.bytes(4, meshCertificates);
      out.bytes(5, recoveryShares);
    }
  }

  /**
   * {@code cloister.coordinator.v1.SubmitShareRequest}.
   *
   * @param index number of the share
   * @param share the share, wrapped for this channel
   * @param knownNumber number of the newest transition that the caller knows
   * @param knownDigest its digest
   */
  public record SubmitShareRequest(int index, Bytes share, long knownNumber, Bytes knownDigest)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static SubmitShareRequest read(ProtoReader in) {
      int index = 0;
      Bytes share = Bytes.EMPTY;
      long knownNumber = 0;
      Bytes knownDigest = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> index = in.uint32();
          case 2 -> share = in.bytes();
          case 3 -> knownNumber = in.uint64();
          case 4 -> knownDigest = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new SubmitShareRequest(index, share, knownNumber, knownDigest);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint32(1, index);
      out.bytes(2, share);
      out.uint64(3, knownNumber);
      out.bytes(4, knownDigest);
    }
  }

  /**
   * {@code cloister.coordinator.v1.SubmitShareResponse}.
   *
   * @param accepted whether the share is kept
   * @param missing shares still needed
   */
  public record SubmitShareResponse(boolean accepted, int missing) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static SubmitShareResponse read(ProtoReader in) {
      boolean accepted = false;
      int missing = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> accepted = in.bool();
          case 2 -> missing = in.uint32();
          default -> throw in.unknown();
        }
      }
      return new SubmitShareResponse(accepted, missing);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bool(1, accepted);
      out.uint32(2, missing);
    }
  }

  /**
   * {@code cloister.coordinator.v1.JoinRequest}.
   *
   * @param publicKey SubjectPublicKeyInfo of the pod's mesh key
   * @param proof signature by that key
   */
  public record JoinRequest(Bytes publicKey, Bytes proof) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static JoinRequest read(ProtoReader in) {
      Bytes publicKey = Bytes.EMPTY;
      Bytes proof = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> publicKey = in.bytes();
          case 2 -> proof = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new JoinRequest(publicKey, proof);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, publicKey);
      out.bytes(2, proof);
    }
  }

  /**
   * {@code cloister.coordinator.v1.JoinResponse}.
   *
   * @param chain certificates, DER, leaf first
   * @param authorities the CAs that mesh peers accept, DER, newest first
   * @param workloadSecret wrapped for this channel; empty where the workload has none
   * @param headNumber number of the newest transition; 0 where there is none
   * @param headDigest its SHA-256, 32 bytes; empty where there is none
   * @param notAfterMillis Unix time at which the leaf expires, in milliseconds
   */
  public record JoinResponse(
      List<Bytes> chain,
      List<Bytes> authorities,
      Bytes workloadSecret,
      long headNumber,
      Bytes headDigest,
      long notAfterMillis)
      implements ProtoMessage {
    public JoinResponse {
      chain = List.copyOf(chain);
      authorities = List.copyOf(authorities);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static JoinResponse read(ProtoReader in) {
      List<Bytes> chain = new ArrayList<>();
      List<Bytes> authorities = new ArrayList<>();
      Bytes workloadSecret = Bytes.EMPTY;
      long headNumber = 0;
      Bytes headDigest = Bytes.EMPTY;
      long notAfterMillis = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> chain.add(in.many().bytes());
          case 2 -> authorities.add(in.many().bytes());
          case 3 -> workloadSecret = in.bytes();
          case 4 -> headNumber = in.uint64();
          case 5 -> headDigest = in.bytes();
          case 6 -> notAfterMillis = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new JoinResponse(
          chain, authorities, workloadSecret, headNumber, headDigest, notAfterMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, chain);
      out.bytes(2, authorities);
      out.bytes(3, workloadSecret);
      out.uint64(4, headNumber);
      out.bytes(5, headDigest);
      out.uint64(6, notAfterMillis);
    }
  }

  /**
   * {@code cloister.coordinator.v1.WaitHeadRequest}.
   *
   * @param knownNumber number of the newest transition that the caller knows
   * @param knownDigest its digest
   */
  public record WaitHeadRequest(long knownNumber, Bytes knownDigest) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static WaitHeadRequest read(ProtoReader in) {
      long knownNumber = 0;
      Bytes knownDigest = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> knownNumber = in.uint64();
          case 2 -> knownDigest = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new WaitHeadRequest(knownNumber, knownDigest);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, knownNumber);
      out.bytes(2, knownDigest);
    }
  }

  /**
   * {@code cloister.coordinator.v1.WaitHeadResponse}.
   *
   * @param headNumber number of the newest transition; 0 where there is none
   * @param headDigest its SHA-256, 32 bytes; empty where there is none
   */
  public record WaitHeadResponse(long headNumber, Bytes headDigest) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static WaitHeadResponse read(ProtoReader in) {
      long headNumber = 0;
      Bytes headDigest = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> headNumber = in.uint64();
          case 2 -> headDigest = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new WaitHeadResponse(headNumber, headDigest);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, headNumber);
      out.bytes(2, headDigest);
    }
  }
}
