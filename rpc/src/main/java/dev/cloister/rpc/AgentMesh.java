package dev.cloister.rpc;

import java.util.ArrayList;
import java.util.List;

/**
 * What the agent tells about its pod's mesh: messages of {@code agent.proto} as records, which the
 * node passes on as they are. Reading refuses unknown and repeated fields; a field that is absent
 * has the default of protobuf.
 */
public final class AgentMesh {

  private AgentMesh() {}

  /**
   * {@code cloister.agent.v1.GetMeshRequest}.
   *
   * @param afterSequence only events with a greater sequence number are told
   * @param waitMillis how long to wait for one; 10,000 at most
   */
  public record GetMeshRequest(long afterSequence, int waitMillis) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetMeshRequest read(ProtoReader in) {
      long afterSequence = 0;
      int waitMillis = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> afterSequence = in.uint64();
          case 2 -> waitMillis = in.uint32();
          default -> throw in.unknown();
        }
      }
      return new GetMeshRequest(afterSequence, waitMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, afterSequence);
      out.uint32(2, waitMillis);
    }
  }

  /**
   * {@code cloister.agent.v1.GetMeshResponse}.
   *
   * @param self identity name of the pod
   * @param state waiting, up, failing (a newer configuration was refused), down
   * @param reason why it waits or fails
   * @param proxyStarts how often the proxy was started
   * @param events oldest first, 128 at most
   * @param counts all connections so far, by other end
   */
  public record GetMeshResponse(
      String self,
      String state,
      String reason,
      int proxyStarts,
      List<MeshEvent> events,
      List<MeshCount> counts)
      implements ProtoMessage {
    public GetMeshResponse {
      events = List.copyOf(events);
      counts = List.copyOf(counts);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static GetMeshResponse read(ProtoReader in) {
      String self = "";
      String state = "";
      String reason = "";
      int proxyStarts = 0;
      List<MeshEvent> events = new ArrayList<>();
      List<MeshCount> counts = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> self = in.string();
          case 2 -> state = in.string();
          case 3 -> reason = in.string();
          case 4 -> proxyStarts = in.uint32();
          case 5 -> events.add(MeshEvent.read(in.many().message()));
          case 6 -> counts.add(MeshCount.read(in.many().message()));
          default -> throw in.unknown();
        }
      }
      return new GetMeshResponse(self, state, reason, proxyStarts, events, counts);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, self);
      out.string(2, state);
      out.string(3, reason);
      out.uint32(4, proxyStarts);
      out.messages(5, events);
      out.messages(6, counts);
    }
  }

  /**
   * {@code cloister.agent.v1.MeshEvent}.
   *
   * @param sequence 1 for the first connection of the pod
   * @param millis Unix time, by the guest's clock
   * @param direction in, out
   * @param code what refused it; empty where it passed
   * @param peer identity name of the other end, its subject, or a host; empty where it is unknown
   * @param port that was dialled
   * @param address IP:PORT of the other end; empty where there was none
   * @param detail what was found, or the group of the key exchange
   */
  public record MeshEvent(
      long sequence,
      long millis,
      String direction,
      String code,
      String peer,
      int port,
      String address,
      String detail)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static MeshEvent read(ProtoReader in) {
      long sequence = 0;
      long millis = 0;
      String direction = "";
      String code = "";
      String peer = "";
      int port = 0;
      String address = "";
      String detail = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> sequence = in.uint64();
          case 2 -> millis = in.uint64();
          case 3 -> direction = in.string();
          case 4 -> code = in.string();
          case 5 -> peer = in.string();
          case 6 -> port = in.uint32();
          case 7 -> address = in.string();
          case 8 -> detail = in.string();
          default -> throw in.unknown();
        }
      }
      return new MeshEvent(sequence, millis, direction, code, peer, port, address, detail);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint64(1, sequence);
      out.uint64(2, millis);
      out.string(3, direction);
      out.string(4, code);
      out.string(5, peer);
      out.uint32(6, port);
      out.string(7, address);
      out.string(8, detail);
    }
  }

  /**
   * {@code cloister.agent.v1.MeshCount}.
   *
   * @param direction in, out
   * @param peer as in an event
   * @param port that was dialled
   * @param code what refused them; empty where they passed
   * @param connections how many there were
   */
  public record MeshCount(String direction, String peer, int port, String code, long connections)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static MeshCount read(ProtoReader in) {
      String direction = "";
      String peer = "";
      int port = 0;
      String code = "";
      long connections = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> direction = in.string();
          case 2 -> peer = in.string();
          case 3 -> port = in.uint32();
          case 4 -> code = in.string();
          case 5 -> connections = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new MeshCount(direction, peer, port, code, connections);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, direction);
      out.string(2, peer);
      out.uint32(3, port);
      out.string(4, code);
      out.uint64(5, connections);
    }
  }
}
