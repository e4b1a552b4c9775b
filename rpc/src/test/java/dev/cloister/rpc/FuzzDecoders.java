package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final int PARTS = 1024;

  private static final List<Function<ProtoReader, ProtoMessage>> MESSAGES =
      List.of(
          AgentContainers.CreateRequest::read,
          AgentContainers.StartRequest::read,
          AgentContainers.WaitRequest::read,
          AgentContainers.WaitResponse::read,
          AgentContainers.ExecRequest::read,
          AgentContainers.SignalRequest::read,
          AgentContainers.CloseStdinRequest::read,
          AgentContainers.ResizeTerminalRequest::read,
          AgentContainers.ResizeResourcesRequest::read,
          AgentContainers.RemoveRequest::read,
          AgentInfo.HelloResponse::read,
          AgentInfo.GetEvidenceRequest::read,
          AgentInfo.GetEvidenceResponse::read,
          AgentInfo.GetStatusRequest::read,
          AgentInfo.GetStatusResponse::read,
          AgentInfo.Instance::read,
          AgentInfo.Refusal::read,
          AgentInfo.GetStatsResponse::read,
          AgentInfo.ContainerStats::read,
          AgentMesh.GetMeshRequest::read,
          AgentMesh.GetMeshResponse::read,
          AgentMesh.MeshEvent::read,
          AgentMesh.MeshCount::read,
          AgentSandbox.OpenSandboxRequest::read,
          AgentSandbox.SetNetworkRequest::read,
          AgentSandbox.Interface::read,
          AgentSandbox.Route::read,
          AgentSandbox.SetResolverRequest::read,
          AgentSandbox.SetServiceLinksRequest::read,
          AgentSandbox.ServiceLink::read,
          AgentSandbox.PutFilesRequest::read,
          AgentSandbox.File::read,
          AgentSandbox.AttachDeviceRequest::read,
          AgentSandbox.CloseSandboxRequest::read,
          CoordinatorMessages.GetStateResponse::read,
          CoordinatorMessages.GetHistoryRequest::read,
          CoordinatorMessages.GetHistoryResponse::read,
          CoordinatorMessages.Entry::read,
          CoordinatorMessages.SetTransitionRequest::read,
          CoordinatorMessages.SetTransitionResponse::read,
          CoordinatorMessages.SubmitShareRequest::read,
          CoordinatorMessages.SubmitShareResponse::read,
          CoordinatorMessages.JoinRequest::read,
          CoordinatorMessages.JoinResponse::read,
          CoordinatorMessages.WaitHeadRequest::read,
          CoordinatorMessages.WaitHeadResponse::read,
          Empty::read,
          NodeAccess.AttestRequest::read,
          NodeAccess.AttestResponse::read,
          NodeAccess.ExecRequest::read,
          NodeAccess.ExecResponse::read,
          NodeAccess.GetPodMeshRequest::read,
          NodeAccess.ReadLogRequest::read,
          NodeAccess.ReadLogResponse::read,
          NodePods.GetInfoResponse::read,
          NodePods.GetPodOrderRequest::read,
          NodePods.RunPodRequest::read,
          NodePods.FileVolume::read,
          NodePods.VolumeFile::read,
          NodePods.RunPodResponse::read,
          NodePods.ListPodsResponse::read,
          NodePods.Pod::read,
          NodePods.Container::read,
          NodePods.StopPodRequest::read,
          NodePods.ShutdownRequest::read,
          SimulatorMessages.LaunchRequest::read,
          SimulatorMessages.LaunchResponse::read,
          SimulatorMessages.GetVendorResponse::read,
          SimulatorMessages.GetReportRequest::read,
          SimulatorMessages.GetReportResponse::read);

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    return Map.of("messages", FuzzDecoders::message, "frames", FuzzDecoders::frames);
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    List<Bytes> empty = new ArrayList<>();
    for (int i = 0; i < MESSAGES.size(); i++) {
      empty.add(Bytes.of(new byte[] {(byte) i}));
    }
    byte[] request =
        RpcRequest.write(CoordinatorService.NAME, "GetState", Empty.INSTANCE, 1).toArray();
    byte[] header = {0, 0, 0, (byte) request.length, 0, 0, 0, 1, Frame.REQUEST, 0};
    return Map.of(
        "messages",
        empty,
        "frames",
        List.of(Bytes.concat(Bytes.of(header), Bytes.of(request)), Bytes.EMPTY));
  }

  /** The first byte chooses the message; what is read is written and read again. */
  private static void message(Bytes input) {
    if (input.isEmpty()) {
      return;
    }
    Function<ProtoReader, ProtoMessage> reader = MESSAGES.get(input.at(0) % MESSAGES.size());
    byte[] encoded = input.slice(1, input.size()).toArray();
    ProtoMessage message = reader.apply(ProtoReader.of(encoded, "message", PARTS));
    ProtoWriter written = new ProtoWriter();
    message.writeTo(written);
    ProtoMessage again = reader.apply(ProtoReader.of(written.toArray(), "message", PARTS));
    if (!again.equals(message)) {
      throw new AssertionError("written and read again, it is another: " + message);
    }
  }

  private static void frames(Bytes input) {
    Wire wire = Wire.of(new ByteArrayInputStream(input.toArray()), OutputStream.nullOutputStream());
    FrameChannel frames = new FrameChannel(wire, 4096);
    try {
      Frame frame = frames.read();
      while (frame != null) {
        RpcRequest.read(frame.payload, PARTS);
        frame = frames.read();
      }
    } catch (FrameChannel.TooLarge _) {
      // Refused by its length.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
