package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** What images are built with and that several of them share: Java runtimes, compiled programs. */
final class BuildTools {

  private final BuildParts parts;
  private final DebCache debs;

  BuildTools(BuildParts parts, DebCache debs) {
    this.parts = parts;
    this.debs = debs;
  }

  /** Digest of all that decides the bytes of a runtime. */
  static Bytes runtimeKey(List<LockedPackage> jdk, List<String> modules) {
    return Transcript.of("cloister/guest-runtime/v1")
        .add(key("jdk", jdk))
        .add(Bytes.ofUtf8(String.join(" ", JavaRuntime.command(modules))))
        .sha256();
  }

  /** The directory of a runtime of these modules. */
  Path runtime(List<LockedPackage> jdk, List<String> modules, BuildProgress progress) {
    return parts
        .get(
            "runtime",
            runtimeKey(jdk, modules),
            part -> {
              List<Path> files = debs.fetch(jdk, progress);
              progress.begin("link Java runtime");
              JavaRuntime.link(files, modules, part.resolve("jre"));
            })
        .resolve("jre");
  }

  /** The directory of what is written in C: {@code init} and {@code clock.so}. */
  Path programs(GuestLock lock, BuildProgress progress) throws IOException {
    List<LockedPackage> compiler = lock.select(GuestPackages.COMPILER);
    Bytes key =
        Transcript.of("cloister/guest-programs/v1")
            .add(key("compiler", compiler))
            .add(NativePrograms.recipe())
            .sha256();
    return parts.get(
        "programs",
        key,
        part -> {
          List<Path> files = debs.fetch(compiler, progress);
          progress.begin("compile init");
          NativePrograms.compile(files, part);
        });
  }

  /** Digest of what packages are used for a purpose. */
  static Bytes key(String purpose, Collection<LockedPackage> packages) {
    Transcript transcript =
        Transcript.of("cloister/guest-packages/v1")
            .add(Bytes.ofUtf8(purpose + GuestImageBuilder.RECIPE));
    for (LockedPackage locked : packages) {
      transcript = transcript.add(locked.sha256());
    }
    return transcript.sha256();
  }
}
