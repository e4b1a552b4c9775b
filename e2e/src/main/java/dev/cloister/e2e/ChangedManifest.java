package dev.cloister.e2e;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.ManifestError;
import java.nio.charset.StandardCharsets;

/** Two of three owners signed; whoever carries the manifest changes one byte of it. */
record ChangedManifest() implements Attack {

  @Override
  public String name() {
    return "a manifest with one byte changed";
  }

  @Override
  public String refuser() {
    return "Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    guestbook.people().approve(People.THIRD, "ann");
    byte[] manifest = guestbook.manifest().document().toArray();
    String text = new String(manifest, StandardCharsets.UTF_8);
    int digit = text.indexOf("graceSeconds");
    while (!Character.isDigit(text.charAt(digit))) {
      digit++;
    }
    manifest[digit] = '9';
    return Refusals.of(
        ManifestError.OTHER_MANIFEST,
        "manifest",
        () -> guestbook.send(guestbook.transition("third.json"), Bytes.of(manifest)));
  }
}
