package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The records of sandboxes in the state directory. Safe for use by any thread. */
final class SandboxStore {

  private final NodeDirectories directories;

  SandboxStore(NodeDirectories directories) {
    this.directories = directories;
  }

  void write(SandboxRecord record) {
    Path directory = NodeDirectories.makePrivate(directories.podState(record.spec().id()));
    StateFile.write(directory.resolve(SandboxRecord.FILE), record.toJson());
  }

  void delete(String id) {
    StateFile.delete(directories.podState(id).resolve(SandboxRecord.FILE));
  }

  /** The ids of all pods that have a directory. */
  List<String> ids() {
    List<String> ids = new ArrayList<>();
    if (!Files.isDirectory(directories.pods())) {
      return ids;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directories.pods())) {
      entries.forEach(entry -> ids.add(entry.getFileName().toString()));
    } catch (IOException e) {
      throw StateFile.failure(directories.pods(), e);
    }
    return ids;
  }

  /** The record, where there is one. */
  Optional<SandboxRecord> read(String id) {
    Path file = directories.podState(id).resolve(SandboxRecord.FILE);
    try {
      return StateFile.read(file).map(SandboxRecord::read);
    } catch (CloisterException e) {
      throw new CloisterException(
          NodeError.STATE_FAILED, file.toString(), String.valueOf(e.getMessage()), e);
    }
  }
}
