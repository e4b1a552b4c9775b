package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmRecordTest {

  @TempDir Path directory;

  private VmRecord record(long started) {
    MeasuredLaunch launch = new MeasuredLaunch(Bytes.zeros(48), Bytes.zeros(32), Bytes.zeros(32));
    return new VmRecord("a", launch, ProcessHandle.current().pid(), started, directory);
  }

  @Test
  void isReadAsItWasWritten() {
    VmRecord record = record(17);
    record.write(directory.resolve("a.json"));
    assertThat(VmRecord.read(directory.resolve("a.json"))).isEqualTo(record);
  }

  @Test
  void findsItsProcessOnlyWhereItStartedAtThatTime() {
    long started = VmRecord.startOf(ProcessHandle.current().pid());
    assertThat(started).isPositive();
    assertThat(record(started).process()).isPresent();
    assertThat(record(started + 1).process()).isEmpty();
  }
}
