package dev.cloister.guest;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The initial file system: the guest's init, the modules that reach the root, the list of their
 * order, and empty directories. Not compressed: it boots as fast and needs no decoder.
 */
final class Initrd {

  private Initrd() {}

  /**
   * The archive's bytes.
   *
   * @param init the compiled init
   * @param modules content by file name in loading order
   */
  static byte[] write(byte[] init, Map<String, byte[]> modules) {
    CpioWriter cpio = new CpioWriter();
    for (String directory : new String[] {"dev", "modules", "proc", "root", "sys"}) {
      cpio.directory(directory, 0755);
    }
    cpio.file("init", 0755, init);
    StringBuilder list = new StringBuilder();
    for (Map.Entry<String, byte[]> module : modules.entrySet()) {
      cpio.file("modules/" + module.getKey(), 0644, module.getValue());
      list.append(module.getKey()).append('\n');
    }
    cpio.file("modules/list", 0644, list.toString().getBytes(StandardCharsets.UTF_8));
    return cpio.finish();
  }
}
