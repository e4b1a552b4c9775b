package dev.cloister.e2e;

import java.util.List;

/** All attacks, those on a running agent first, in the order in which one pod can bear them. */
final class Attacks {

  private static final List<Attack> ALL =
      List.of(
          new AppBeforeInit(),
          new UndeclaredContainer(),
          new EnvironmentLeftOut(),
          new ContainerTwice(),
          new ShellByExec(),
          new MalformedFrames(),
          new ChangedVariable(),
          new ChangedImageByte(),
          new OtherImageDisk(),
          new MovedTag(),
          new ChangedGuestRoot(),
          new OtherCommandLine(),
          new OtherKernel(),
          new SwappedInitdata());

  private Attacks() {}

  /** All of them. */
  static List<Attack> all() {
    return ALL;
  }
}
