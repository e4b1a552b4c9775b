package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks about pods: messages of {@code node.proto} as records. Reading refuses
 * unknown and repeated fields; a field that is absent has the default of protobuf.
 */
public final class NodePods {

  private NodePods() {}

  /**
   * {@code cloister.node.v1.GetInfoResponse}.
   *
   * @param version version
   * @param pid pid
   * @param acceleration "kvm" or "tcg"
   * @param guestImage directory
   * @param nameTrouble why names of pods cannot be asked for; empty where they can
   */
  public record GetInfoResponse(
      String version, long pid, String acceleration, String guestImage, String nameTrouble)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetInfoResponse read(ProtoReader in) {
      String version = "";
      long pid = 0;
      String acceleration = "";
      String guestImage = "";
      String nameTrouble = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> version = in.string();
          case 2 -> pid = in.int64();
          case 3 -> acceleration = in.string();
          case 4 -> guestImage = in.string();
          case 5 -> nameTrouble = in.string();
          default -> throw in.unknown();
        }
      }
      return new GetInfoResponse(version, pid, acceleration, guestImage, nameTrouble);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, version);
      out.int64(2, pid);
      out.string(3, acceleration);
      out.string(4, guestImage);
      out.string(5, nameTrouble);
    }
  }

  /**
   * {@code cloister.node.v1.RunPodRequest}.
   *
   * @param name name
   * @param namespace namespace
   * @param uid uid
   * @param initdata initdata
   * @param volumes content of ConfigMap volumes
   * @param tee "snp" or "tdx"
   * @param registryConfiguration Registry access for pulling: how the images' references are
   *     reached. path of a Docker configuration file, or empty
   * @param services Services that lead to it, each as NAME.NAMESPACE
   * @param subdomain Service under which it has a name of its own; empty where it has none
   */
  public record RunPodRequest(
      String name,
      String namespace,
      String uid,
      Bytes initdata,
      List<FileVolume> volumes,
      String tee,
      String registryConfiguration,
      List<String> services,
      String subdomain)
      implements ProtoMessage {
    public RunPodRequest {
      volumes = List.copyOf(volumes);
      services = List.copyOf(services);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static RunPodRequest read(ProtoReader in) {
      String name = "";
      String namespace = "";
      String uid = "";
      Bytes initdata = Bytes.EMPTY;
      List<FileVolume> volumes = new ArrayList<>();
      String tee = "";
      String registryConfiguration = "";
      List<String> services = new ArrayList<>();
      String subdomain = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.string();
          case 2 -> namespace = in.string();
          case 3 -> uid = in.string();
          case 4 -> initdata = in.bytes();
          case 5 -> volumes.add(FileVolume.read(in.many().message()));
          case 6 -> tee = in.string();
          case 7 -> registryConfiguration = in.string();
          case 8 -> services.add(in.many().string());
          case 9 -> subdomain = in.string();
          default -> throw in.unknown();
        }
      }
      return new RunPodRequest(
          name, namespace, uid, initdata, volumes, tee, registryConfiguration, services, subdomain);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, name);
      out.string(2, namespace);
      out.string(3, uid);
      out.bytes(4, initdata);
      out.messages(5, volumes);
      out.string(6, tee);
      out.string(7, registryConfiguration);
      out.strings(8, services);
      out.string(9, subdomain);
    }
  }

  /**
   * {@code cloister.node.v1.GetPodOrderRequest}.
   *
   * @param id id, or namespace/name
   */
  public record GetPodOrderRequest(String id) implements ProtoMessage {

    /** Reads one; refuses what is not exactly this message. */
    public static GetPodOrderRequest read(ProtoReader in) {
      String id = "";
      while (in.next()) {
        if (in.field() == 1) {
          id = in.string();
        } else {
          throw in.unknown();
        }
      }
      return new GetPodOrderRequest(id);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
    }
  }

  /**
   * {@code cloister.node.v1.FileVolume}.
   *
   * @param name name
   * @param files files
   */
  public record FileVolume(String name, List<VolumeFile> files) implements ProtoMessage {
    public FileVolume {
      files = List.copyOf(files);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static FileVolume read(ProtoReader in) {
      String name = "";
      List<VolumeFile> files = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.string();
          case 2 -> files.add(VolumeFile.read(in.many().message()));
          default -> throw in.unknown();
        }
      }
      return new FileVolume(name, files);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, name);
      out.messages(2, files);
    }
  }

  /**
   * {@code cloister.node.v1.VolumeFile}.
   *
   * @param name name
   * @param content content
   */
  public record VolumeFile(String name, Bytes content) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static VolumeFile read(ProtoReader in) {
      String name = "";
      Bytes content = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.string();
          case 2 -> content = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new VolumeFile(name, content);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, name);
      out.bytes(2, content);
    }
  }

  /**
   * {@code cloister.node.v1.RunPodResponse}.
   *
   * @param id id
   */
  public record RunPodResponse(String id) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static RunPodResponse read(ProtoReader in) {
      String id = "";
      while (in.next()) {
        id =
            switch (in.field()) {
              case 1 -> in.string();
              default -> throw in.unknown();
            };
      }
      return new RunPodResponse(id);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
    }
  }

  /**
   * {@code cloister.node.v1.ListPodsResponse}.
   *
   * @param pods pods
   */
  public record ListPodsResponse(List<Pod> pods) implements ProtoMessage {
    public ListPodsResponse {
      pods = List.copyOf(pods);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static ListPodsResponse read(ProtoReader in) {
      List<Pod> pods = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> pods.add(Pod.read(in.many().message()));
          default -> throw in.unknown();
        }
      }
      return new ListPodsResponse(pods);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.messages(1, pods);
    }
  }

  /**
   * {@code cloister.node.v1.Pod}.
   *
   * @param id id
   * @param name name
   * @param namespace namespace
   * @param phase Preparing, Booting, Starting, Running, Succeeded, Failed, Stopping
   * @param reason why it failed or waits: code, path, detail
   * @param ips ips
   * @param containers containers
   * @param initdataDigest initdata digest
   * @param startedMillis Unix time
   * @param qemuPid qemu pid
   * @param join what its agent says
   */
  public record Pod(
      String id,
      String name,
      String namespace,
      String phase,
      String reason,
      List<String> ips,
      List<Container> containers,
      Bytes initdataDigest,
      long startedMillis,
      long qemuPid,
      AgentInfo.Join join)
      implements ProtoMessage {
    public Pod {
      ips = List.copyOf(ips);
      containers = List.copyOf(containers);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static Pod read(ProtoReader in) {
      String id = "";
      String name = "";
      String namespace = "";
      String phase = "";
      String reason = "";
      List<String> ips = new ArrayList<>();
      List<Container> containers = new ArrayList<>();
      Bytes initdataDigest = Bytes.EMPTY;
      long startedMillis = 0;
      long qemuPid = 0;
      AgentInfo.Join join = AgentInfo.Join.UNKNOWN;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> id = in.string();
          case 2 -> name = in.string();
          case 3 -> namespace = in.string();
          case 4 -> phase = in.string();
          case 5 -> reason = in.string();
          case 6 -> ips.add(in.many().string());
          case 7 -> containers.add(Container.read(in.many().message()));
          case 8 -> initdataDigest = in.bytes();
          case 9 -> startedMillis = in.uint64();
          case 10 -> qemuPid = in.int64();
          case 11 -> join = AgentInfo.Join.read(in.message());
          default -> throw in.unknown();
        }
      }
      return new Pod(
          id,
          name,
          namespace,
          phase,
          reason,
          ips,
          containers,
          initdataDigest,
          startedMillis,
          qemuPid,
          join);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
      out.string(2, name);
      out.string(3, namespace);
      out.string(4, phase);
      out.string(5, reason);
      out.strings(6, ips);
      out.messages(7, containers);
      out.bytes(8, initdataDigest);
      out.uint64(9, startedMillis);
      out.int64(10, qemuPid);
      out.message(11, join);
    }
  }

  /**
   * {@code cloister.node.v1.Container}.
   *
   * @param name name
   * @param role init, sidecar, app
   * @param state waiting, created, running, exited
   * @param exitCode exit code
   * @param restarts restarts
   * @param ready ready
   * @param reason reason
   */
  public record Container(
      String name,
      String role,
      String state,
      int exitCode,
      int restarts,
      boolean ready,
      String reason)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static Container read(ProtoReader in) {
      String name = "";
      String role = "";
      String state = "";
      int exitCode = 0;
      int restarts = 0;
      boolean ready = false;
      String reason = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.string();
          case 2 -> role = in.string();
          case 3 -> state = in.string();
          case 4 -> exitCode = in.int32();
          case 5 -> restarts = in.uint32();
          case 6 -> ready = in.bool();
          case 7 -> reason = in.string();
          default -> throw in.unknown();
        }
      }
      return new Container(name, role, state, exitCode, restarts, ready, reason);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, name);
      out.string(2, role);
      out.string(3, state);
      out.int32(4, exitCode);
      out.uint32(5, restarts);
      out.bool(6, ready);
      out.string(7, reason);
    }
  }

  /**
   * {@code cloister.node.v1.StopPodRequest}.
   *
   * @param id id, or namespace/name
   */
  public record StopPodRequest(String id) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static StopPodRequest read(ProtoReader in) {
      String id = "";
      while (in.next()) {
        id =
            switch (in.field()) {
              case 1 -> in.string();
              default -> throw in.unknown();
            };
      }
      return new StopPodRequest(id);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
    }
  }

  /**
   * {@code cloister.node.v1.ShutdownRequest}.
   *
   * @param stopPods stop pods
   */
  public record ShutdownRequest(boolean stopPods) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ShutdownRequest read(ProtoReader in) {
      boolean stopPods = false;
      while (in.next()) {
        stopPods =
            switch (in.field()) {
              case 1 -> in.bool();
              default -> throw in.unknown();
            };
      }
      return new ShutdownRequest(stopPods);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bool(1, stopPods);
    }
  }
}
