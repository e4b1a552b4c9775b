package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the simulator remembers of a VM, so that its next process serves the VM on: written once
 * QEMU runs, readable by root only, removed when QEMU ends.
 *
 * @param id the sandbox
 * @param launch what its evidence says of it
 * @param pid QEMU's process
 * @param started QEMU's start in clock ticks since the machine's boot, which tells a reused pid
 * @param directory where its socket is
 */
record VmRecord(String id, Measured launch, long pid, long started, Path directory) {

  private static final JsonBudget BUDGET = new JsonBudget(16 * 1024, 4, 24);
  private static final int START_TIME_FIELD = 19; // of those after the name, proc(5) field 22

  Json toJson() {
    Json.ObjectBuilder record = Json.object().put("id", id);
    launch.put(record);
    return record
        .put("pid", pid)
        .put("started", started)
        .put("directory", directory.toString())
        .build();
  }

  void write(Path file) {
    PrivateFiles.write(file, Bytes.ofUtf8(JsonWriter.pretty(toJson())));
  }

  static VmRecord read(Path file) {
    JsonFields fields =
        JsonFields.of(JsonParser.parse(PrivateFiles.read(file), BUDGET), file.toString());
    VmRecord record =
        new VmRecord(
            fields.string("id"),
            Measured.read(fields),
            fields.integer("pid", 1, Integer.MAX_VALUE),
            fields.integer("started", 0, Long.MAX_VALUE),
            Path.of(fields.string("directory")));
    fields.end();
    return record;
  }

  /** The same process still runs. */
  Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid).filter(handle -> handle.isAlive() && startOf(pid) == started);
  }

  /** When a process started, in clock ticks since the machine's boot; -1 where there is none. */
  static long startOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[START_TIME_FIELD]);
    } catch (java.io.IOException | CloisterException | IndexOutOfBoundsException e) {
      return -1;
    }
  }
}
