package dev.cloister.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.CoordinatorLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Clients who are up to no good at the port of the attested channel. */
class StrangersTest {

  private static void garbage(Running running, int seed) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.address().port())) {
      byte[] noise = new byte[1 + seed * 37 % 3000];
      new java.util.Random(seed).nextBytes(noise);
      socket.getOutputStream().write(noise);
      socket.setSoTimeout(1000);
      socket.getInputStream().readAllBytes();
    } catch (IOException _) {
      // Refused, as it should be.
    }
  }

  @Test
  void garbageIsCountedAndPodsJoinMeanwhile() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    KeyPair key = P256.generate(Shop.RANDOM);
    try (Running running = Running.ready();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> strangers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int first = i * 1000;
        strangers.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int k = first; !done.get(); k++) {
                    garbage(running, k);
                  }
                },
                threads));
      }
      for (int i = 0; i < 10; i++) {
        try (CoordinatorLink link = running.join(Shop.WEB)) {
          assertThat(Running.joinOver(link, key).headNumber()).isEqualTo(1);
        }
      }
      done.set(true);
      strangers.forEach(CompletableFuture::join);
      assertThat(running.coordinator().counters().get(Counter.JOINS)).isEqualTo(10);
      assertThat(running.coordinator().counters().get(Counter.CHANNELS_REFUSED)).isPositive();
      assertThat(running.log().lines()).hasSize(2);
    }
  }

  @Test
  void halfOpenConnectionsLeaveRoomForPods() throws Exception {
    try (Running running = Running.ready()) {
      List<Socket> silent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), running.address().port()));
      }
      try (CoordinatorLink link = running.join(Shop.WEB)) {
        assertThat(Running.joinOver(link, P256.generate(Shop.RANDOM)).headNumber()).isEqualTo(1);
      }
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }
}
