package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent tells about itself and its pod: messages of {@code agent.proto} as records.
 * Reading refuses unknown and repeated fields; a field that is absent has the default of protobuf.
 */
public final class AgentInfo {

  private AgentInfo() {}

  /**
   * {@code cloister.agent.v1.HelloResponse}.
   *
   * @param version version
   * @param initdataDigest SHA-256 of the initdata that the agent checked against its own evidence.
   * @param mainMillis Milliseconds of the guest's monotonic clock when the agent's main began, and
   *     now.
   * @param nowMillis now millis
   */
  public record HelloResponse(String version, Bytes initdataDigest, long mainMillis, long nowMillis)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static HelloResponse read(ProtoReader in) {
      String version = "";
      Bytes initdataDigest = Bytes.EMPTY;
      long mainMillis = 0;
      long nowMillis = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> version = in.string();
          case 2 -> initdataDigest = in.bytes();
          case 3 -> mainMillis = in.uint64();
          case 4 -> nowMillis = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new HelloResponse(version, initdataDigest, mainMillis, nowMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, version);
      out.bytes(2, initdataDigest);
      out.uint64(3, mainMillis);
      out.uint64(4, nowMillis);
    }
  }

  /**
   * {@code cloister.agent.v1.GetEvidenceRequest}.
   *
   * @param nonce 16 to 64 bytes
   */
  public record GetEvidenceRequest(Bytes nonce) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetEvidenceRequest read(ProtoReader in) {
      Bytes nonce = Bytes.EMPTY;
      while (in.next()) {
        nonce =
            switch (in.field()) {
              case 1 -> in.bytes();
              default -> throw in.unknown();
            };
      }
      return new GetEvidenceRequest(nonce);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, nonce);
    }
  }

  /**
   * {@code cloister.agent.v1.GetEvidenceResponse}.
   *
   * @param type "snp" or "tdx"
   * @param report a report of SNP, or a quote of TDX
   * @param certificates of SNP the table of GHCB 4.1.8.1, of TDX the collateral
   */
  public record GetEvidenceResponse(String type, Bytes report, Bytes certificates)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetEvidenceResponse read(ProtoReader in) {
      String type = "";
      Bytes report = Bytes.EMPTY;
      Bytes certificates = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> type = in.string();
          case 2 -> report = in.bytes();
          case 3 -> certificates = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new GetEvidenceResponse(type, report, certificates);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, type);
      out.bytes(2, report);
      out.bytes(3, certificates);
    }
  }

  /**
   * {@code cloister.agent.v1.GetStatusRequest}.
   *
   * @param afterRefusal Only refusals with a greater sequence number are listed.
   */
  public record GetStatusRequest(long afterRefusal) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetStatusRequest read(ProtoReader in) {
      long afterRefusal = 0;
      while (in.next()) {
        afterRefusal =
            switch (in.field()) {
              case 1 -> in.uint64();
              default -> throw in.unknown();
            };
      }
      return new GetStatusRequest(afterRefusal);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, afterRefusal);
    }
  }

  /**
   * {@code cloister.agent.v1.GetStatusResponse}.
   *
   * @param phase phase
   * @param instances instances
   * @param refusals the latest 64 at most
   * @param join how the pod stands to its Coordinator
   */
  public record GetStatusResponse(
      String phase, List<Instance> instances, List<Refusal> refusals, Join join)
      implements ProtoMessage {
    public GetStatusResponse {
      instances = List.copyOf(instances);
      refusals = List.copyOf(refusals);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static GetStatusResponse read(ProtoReader in) {
      String phase = "";
      List<Instance> instances = new ArrayList<>();
      List<Refusal> refusals = new ArrayList<>();
      Join join = Join.UNKNOWN;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> phase = in.string();
          case 2 -> instances.add(Instance.read(in.many().message()));
          case 3 -> refusals.add(Refusal.read(in.many().message()));
          case 4 -> join = Join.read(in.message());
          default -> throw in.unknown();
        }
      }
      return new GetStatusResponse(phase, instances, refusals, join);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, phase);
      out.messages(2, instances);
      out.messages(3, refusals);
      out.message(4, join);
    }
  }

  /**
   * {@code cloister.agent.v1.Join}: how a pod stands to its Coordinator.
   *
   * @param state {@code none} (the policy joins no Coordinator), {@code waiting} (not joined yet),
   *     {@code joined}, {@code failing} (joined, but the latest renewal failed)
   * @param reason why it waits or fails: code, place, detail
   * @param coordinator the address in use: what the host said last
   * @param identity identity name in the certificate
   * @param headNumber newest transition that was verified
   * @param headDigest its digest
   * @param notAfterMillis end of the certificate, Unix time
   * @param joins how many certificates the pod has had
   * @param waitedMicros from the network to the first try of the first join that succeeded
   * @param channelMicros its channel, with the evidence of both ends
   * @param verifyMicros its history and the Coordinator's evidence
   * @param issueMicros its certificate and secret
   * @param meshState the pod's mesh: none, waiting, up, failing (a newer configuration was
   *     refused), down
   * @param meshReason why it waits or fails
   */
  public record Join(
      String state,
      String reason,
      String coordinator,
      String identity,
      long headNumber,
      Bytes headDigest,
      long notAfterMillis,
      int joins,
      long waitedMicros,
      long channelMicros,
      long verifyMicros,
      long issueMicros,
      String meshState,
      String meshReason)
      implements ProtoMessage {

    /** Nothing is known. */
    public static final Join UNKNOWN =
        new Join("", "", "", "", 0, Bytes.EMPTY, 0, 0, 0, 0, 0, 0, "", "");

    /** Reads one; refuses what is not exactly this message. */
    public static Join read(ProtoReader in) {
      String state = "";
      String reason = "";
      String coordinator = "";
      String identity = "";
      long headNumber = 0;
      Bytes headDigest = Bytes.EMPTY;
      long notAfterMillis = 0;
      int joins = 0;
      long waitedMicros = 0;
      long channelMicros = 0;
      long verifyMicros = 0;
      long issueMicros = 0;
      String meshState = "";
      String meshReason = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> state = in.string();
          case 2 -> reason = in.string();
          case 3 -> coordinator = in.string();
          case 4 -> identity = in.string();
          case 5 -> headNumber = in.uint64();
          case 6 -> headDigest = in.bytes();
          case 7 -> notAfterMillis = in.uint64();
          case 8 -> joins = in.uint32();
          case 9 -> waitedMicros = in.uint64();
          case 10 -> channelMicros = in.uint64();
          case 11 -> verifyMicros = in.uint64();
          case 12 -> issueMicros = in.uint64();
          case 13 -> meshState = in.string();
          case 14 -> meshReason = in.string();
          default -> throw in.unknown();
        }
      }
      return new Join(
          state,
          reason,
          coordinator,
          identity,
          headNumber,
          headDigest,
          notAfterMillis,
          joins,
          waitedMicros,
          channelMicros,
          verifyMicros,
          issueMicros,
          meshState,
          meshReason);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, state);
      out.string(2, reason);
      out.string(3, coordinator);
      out.string(4, identity);
      out.uint64(5, headNumber);
      out.bytes(6, headDigest);
      out.uint64(7, notAfterMillis);
      out.uint32(8, joins);
      out.uint64(9, waitedMicros);
      out.uint64(10, channelMicros);
      out.uint64(11, verifyMicros);
      out.uint64(12, issueMicros);
      out.string(13, meshState);
      out.string(14, meshReason);
    }
  }

  /**
   * {@code cloister.agent.v1.Instance}.
   *
   * @param instance instance
   * @param container container
   * @param state reserved, created, running, exited
   * @param exitCode where exited
   * @param startedMillis started millis
   * @param exitedMillis exited millis
   */
  public record Instance(
      String instance,
      String container,
      String state,
      int exitCode,
      long startedMillis,
      long exitedMillis)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static Instance read(ProtoReader in) {
      String instance = "";
      String container = "";
      String state = "";
      int exitCode = 0;
      long startedMillis = 0;
      long exitedMillis = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> container = in.string();
          case 3 -> state = in.string();
          case 4 -> exitCode = in.int32();
          case 5 -> startedMillis = in.uint64();
          case 6 -> exitedMillis = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new Instance(instance, container, state, exitCode, startedMillis, exitedMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.string(2, container);
      out.string(3, state);
      out.int32(4, exitCode);
      out.uint64(5, startedMillis);
      out.uint64(6, exitedMillis);
    }
  }

  /**
   * {@code cloister.agent.v1.Refusal}.
   *
   * @param sequence sequence
   * @param operation operation
   * @param code code
   * @param path path
   * @param detail detail
   */
  public record Refusal(long sequence, String operation, String code, String path, String detail)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static Refusal read(ProtoReader in) {
      long sequence = 0;
      String operation = "";
      String code = "";
      String path = "";
      String detail = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> sequence = in.uint64();
          case 2 -> operation = in.string();
          case 3 -> code = in.string();
          case 4 -> path = in.string();
          case 5 -> detail = in.string();
          default -> throw in.unknown();
        }
      }
      return new Refusal(sequence, operation, code, path, detail);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, sequence);
      out.string(2, operation);
      out.string(3, code);
      out.string(4, path);
      out.string(5, detail);
    }
  }

  /**
   * {@code cloister.agent.v1.GetStatsResponse}.
   *
   * @param memoryTotalKib memory total kib
   * @param memoryAvailableKib memory available kib
   * @param agentResidentKib agent resident kib
   * @param agentAnonymousKib agent anonymous kib
   * @param containers containers
   */
  public record GetStatsResponse(
      long memoryTotalKib,
      long memoryAvailableKib,
      long agentResidentKib,
      long agentAnonymousKib,
      List<ContainerStats> containers)
      implements ProtoMessage {
    public GetStatsResponse {
      containers = List.copyOf(containers);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static GetStatsResponse read(ProtoReader in) {
      long memoryTotalKib = 0;
      long memoryAvailableKib = 0;
      long agentResidentKib = 0;
      long agentAnonymousKib = 0;
      List<ContainerStats> containers = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> memoryTotalKib = in.uint64();
          case 2 -> memoryAvailableKib = in.uint64();
          case 3 -> agentResidentKib = in.uint64();
          case 4 -> agentAnonymousKib = in.uint64();
          case 5 -> containers.add(ContainerStats.read(in.many().message()));
          default -> throw in.unknown();
        }
      }
      return new GetStatsResponse(
          memoryTotalKib, memoryAvailableKib, agentResidentKib, agentAnonymousKib, containers);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, memoryTotalKib);
      out.uint64(2, memoryAvailableKib);
      out.uint64(3, agentResidentKib);
      out.uint64(4, agentAnonymousKib);
      out.messages(5, containers);
    }
  }

  /**
   * {@code cloister.agent.v1.ContainerStats}.
   *
   * @param instance instance
   * @param memoryKib memory kib
   * @param cpuMillis cpu millis
   * @param createMicros What create and start of this instance took, as the agent measured it;
   *     microseconds.
   * @param startMicros start micros
   */
  public record ContainerStats(
      String instance, long memoryKib, long cpuMillis, long createMicros, long startMicros)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ContainerStats read(ProtoReader in) {
      String instance = "";
      long memoryKib = 0;
      long cpuMillis = 0;
      long createMicros = 0;
      long startMicros = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> memoryKib = in.uint64();
          case 3 -> cpuMillis = in.uint64();
          case 4 -> createMicros = in.uint64();
          case 5 -> startMicros = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new ContainerStats(instance, memoryKib, cpuMillis, createMicros, startMicros);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.uint64(2, memoryKib);
      out.uint64(3, cpuMillis);
      out.uint64(4, createMicros);
      out.uint64(5, startMicros);
    }
  }
}
