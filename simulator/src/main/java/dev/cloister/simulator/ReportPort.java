package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.ReportPortService;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.SimulatorMessages.GetReportRequest;
import dev.cloister.rpc.SimulatorMessages.GetReportResponse;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The port of one VM, on a Unix socket in its directory that QEMU connects to. Whoever speaks there
 * gets reports of this VM and of no other. One connection at a time: a new one ends the one before,
 * as QEMU connects again when it lost the socket. Served in virtual threads.
 */
final class ReportPort implements AutoCloseable {

  /** A request has 64 bytes, an answer about 8 kB; what is longer is no request. */
  private static final RpcLimits LIMITS = new RpcLimits(1024, 4, 16);

  private final SimulatedVendors vendors;
  private final Measured launch;
  private final Runnable onFirstRequest;
  private final Path socket;
  private final ServerSocketChannel listener;
  private final CountDownLatch connected = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<@Nullable SocketChannel> current = new AtomicReference<>();

  private ReportPort(
      SimulatedVendors vendors,
      Measured launch,
      Runnable onFirstRequest,
      Path socket,
      ServerSocketChannel listener) {
    this.vendors = vendors;
    this.launch = launch;
    this.onFirstRequest = onFirstRequest;
    this.socket = socket;
    this.listener = listener;
  }

  static ReportPort open(
      Path directory, SimulatedVendors vendors, Measured launch, Runnable onFirstRequest) {
    Path socket = directory.resolve("psp.sock");
    try {
      ServerSocketChannel listener = Sockets.listen(socket);
      ReportPort port = new ReportPort(vendors, launch, onFirstRequest, socket, listener);
      Thread.ofVirtual().name("psp-" + directory.getFileName()).start(port::accept);
      return port;
    } catch (IOException e) {
      throw PrivateFiles.unusable(socket, e);
    }
  }

  /** Waits until QEMU has connected. */
  boolean awaitConnection(long millis) throws InterruptedException {
    return connected.await(millis, TimeUnit.MILLISECONDS);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        connected.countDown();
        SocketChannel before = current.getAndSet(channel);
        if (before != null) {
          before.close();
        }
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (IOException e) {
      // The port was closed; there is nobody left to tell.
    }
  }

  private void serve(SocketChannel channel) {
    RpcServer server =
        new RpcServer(
            List.of(new ReportPortService.Dispatcher(this::report)),
            LIMITS,
            Thread.ofVirtual().factory());
    try {
      server.serve(Wire.of(channel));
    } catch (IOException e) {
      // QEMU ended or connects again.
    }
  }

  private GetReportResponse report(GetReportRequest request) {
    Bytes reportData = request.reportData();
    if (reportData.size() != 64) {
      throw new CloisterException(
          SimulatorError.REPORT_REQUEST_INVALID, "report_data", reportData.size() + " bytes");
    }
    if (asked.getCount() > 0) {
      asked.countDown();
      onFirstRequest.run();
    }
    return vendors.evidence(launch, reportData);
  }

  @Override
  public void close() {
    try {
      listener.close();
      SocketChannel open = current.getAndSet(null);
      if (open != null) {
        open.close();
      }
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // What is left is removed with the VM's directory.
    }
  }
}
