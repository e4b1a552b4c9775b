package dev.cloister.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtoReaderTest {

  private static ProtoReader reader(String hex) {
    return ProtoReader.of(Bytes.ofHex(hex).toArray(), "Message", 8);
  }

  private static void refuses(RpcError code, String where, Runnable reading) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.where()).isEqualTo(where);
            });
  }

  private static void start(String hex) {
    AgentContainers.StartRequest.read(reader(hex));
  }

  @Test
  void refusesAFieldThatTheMessageDoesNotHave() {
    refuses(RpcError.UNKNOWN_FIELD, "Message.2", () -> start("1201" + "61"));
    refuses(RpcError.UNKNOWN_FIELD, "Message", () -> start("8204" + "0161"));
  }

  @Test
  void refusesAFieldGivenTwice() {
    refuses(RpcError.REPEATED_FIELD, "Message.1", () -> start("0a0161" + "0a0162"));
  }

  @Test
  void refusesAWireTypeThatTheFieldDoesNotHave() {
    refuses(RpcError.WRONG_WIRE_TYPE, "Message.1", () -> start("0861"));
    refuses(RpcError.WRONG_WIRE_TYPE, "Message.1", () -> start("0d00000000"));
    refuses(RpcError.WRONG_WIRE_TYPE, "Message.1", () -> start("0b"));
  }

  @Test
  void refusesALengthBeyondTheMessage() {
    refuses(RpcError.MALFORMED_MESSAGE, "Message.1", () -> start("0a0261"));
    refuses(RpcError.MALFORMED_MESSAGE, "Message.1", () -> start("0affffffff0761"));
    refuses(RpcError.MALFORMED_MESSAGE, "Message.1", () -> start("0affffffffffffffffff0161"));
  }

  @Test
  void refusesNumbersThatAreOverlongOrTooLarge() {
    refuses(
        RpcError.MALFORMED_MESSAGE,
        "Message.3",
        () -> AgentContainers.SignalRequest.read(reader("188000")));
    refuses(
        RpcError.MALFORMED_MESSAGE,
        "Message.3",
        () -> AgentContainers.SignalRequest.read(reader("18ffffffffffffffffff7f")));
    refuses(
        RpcError.MALFORMED_MESSAGE,
        "Message.3",
        () -> AgentContainers.SignalRequest.read(reader("188080808008")));
    refuses(
        RpcError.MALFORMED_MESSAGE,
        "Message.1",
        () -> AgentInfo.GetStatusRequest.read(reader("08ffffffffffffffffff01")));
    refuses(
        RpcError.MALFORMED_MESSAGE,
        "Message.4",
        () -> AgentContainers.ExecRequest.read(reader("2002")));
  }

  @Test
  void refusesTextThatIsNotUtf8OrHoldsNul() {
    refuses(RpcError.MALFORMED_MESSAGE, "Message.1", () -> start("0a02c328"));
    refuses(RpcError.MALFORMED_MESSAGE, "Message.1", () -> start("0a03610062"));
    refuses(RpcError.MALFORMED_MESSAGE, "Message.1", () -> start("0a03c3a400"));
  }

  @Test
  void refusesMorePartsThanTheBudgetWhereverTheyLie() {
    refuses(
        RpcError.BUDGET_EXCEEDED,
        "Message.3",
        () -> AgentContainers.ExecRequest.read(reader("1a00".repeat(9))));
    refuses(
        RpcError.BUDGET_EXCEEDED,
        "Message.1.3",
        () -> AgentSandbox.SetServiceLinksRequest.read(reader("0a0a1a08" + "01".repeat(8))));
  }

  @Test
  void randomBytesAreReadOrRefusedWithACode() {
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      if (bytes.length > 1) {
        bytes[0] = (byte) (((1 + random.nextInt(8)) << 3) | 2);
        bytes[1] = (byte) random.nextInt(bytes.length);
      }
      try {
        AgentSandbox.SetNetworkRequest.read(ProtoReader.of(bytes, "Message", 8));
        AgentContainers.ExecRequest.read(ProtoReader.of(bytes, "Message", 8));
        read++;
      } catch (CloisterException e) {
        assertThat(e.code()).isInstanceOf(RpcError.class);
      }
    }
    assertThat(read).isPositive();
  }
}
