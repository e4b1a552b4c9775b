package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The security versions of a machine's firmware (AMD 56860, section "TCB Version"). They are
 * compared component by component; there is no order over the whole.
 *
 * @param layout how its 8 bytes are laid out
 * @param fmc firmware of the first mutable code, 0 where the layout has none
 * @param bootloader boot loader of the security processor
 * @param tee operating system of the security processor
 * @param snp SNP firmware
 * @param microcode lowest microcode level of all cores
 */
public record TcbVersion(
    TcbLayout layout, int fmc, int bootloader, int tee, int snp, int microcode) {

  /** One component, with the name that it has in JSON. */
  public record Component(String name, int value) {}

  public TcbVersion {
    for (int value : new int[] {fmc, bootloader, tee, snp, microcode}) {
      if (value < 0 || value > 255) {
        throw new IllegalArgumentException("a TCB component is 0 to 255");
      }
    }
    if (layout == TcbLayout.MILAN_GENOA && fmc != 0) {
      throw new IllegalArgumentException("this layout has no FMC");
    }
  }

  static TcbVersion parse(Bytes eight, TcbLayout layout, String path) {
    boolean turin = layout == TcbLayout.TURIN;
    if (!eight.slice(turin ? 4 : 2, turin ? 7 : 6).isAllZero()) {
      throw new CloisterException(
          AttestationError.REPORT_MALFORMED, path, "reserved bytes of a TCB version are not zero");
    }
    return turin
        ? new TcbVersion(layout, eight.at(0), eight.at(1), eight.at(2), eight.at(3), eight.at(7))
        : new TcbVersion(layout, 0, eight.at(0), eight.at(1), eight.at(6), eight.at(7));
  }

  /** Its 8 bytes. */
  public Bytes toBytes() {
    byte[] out = new byte[8];
    boolean turin = layout == TcbLayout.TURIN;
    int from = turin ? 1 : 0;
    out[0] = (byte) fmc;
    out[from] = (byte) bootloader;
    out[from + 1] = (byte) tee;
    out[turin ? 3 : 6] = (byte) snp;
    out[7] = (byte) microcode;
    return Bytes.of(out);
  }

  /** All components, in the order of the layout. */
  public List<Component> components() {
    List<Component> all = new ArrayList<>();
    if (layout == TcbLayout.TURIN) {
      all.add(new Component("fmc", fmc));
    }
    all.add(new Component("bootloader", bootloader));
    all.add(new Component("tee", tee));
    all.add(new Component("snp", snp));
    all.add(new Component("microcode", microcode));
    return List.copyOf(all);
  }

  /** The first component that is below the one of {@code minimum}, which has the same layout. */
  public Optional<Component> firstBelow(TcbVersion minimum) {
    if (layout != minimum.layout) {
      throw new IllegalArgumentException("TCB versions of different layouts");
    }
    List<Component> mine = components();
    for (int i = 0; i < mine.size(); i++) {
      if (mine.get(i).value() < minimum.components().get(i).value()) {
        return Optional.of(mine.get(i));
      }
    }
    return Optional.empty();
  }

  /** The value of the component of this name. */
  public int component(String name) {
    return components().stream()
        .filter(component -> component.name().equals(name))
        .mapToInt(Component::value)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no component " + name));
  }

  /** An object with one number per component. */
  public Json toJson() {
    Json.ObjectBuilder object = Json.object();
    components().forEach(component -> object.put(component.name(), component.value()));
    return object.build();
  }

  static TcbVersion fromJson(JsonFields fields, TcbLayout layout) {
    int fmc = layout == TcbLayout.TURIN ? component(fields, "fmc") : 0;
    TcbVersion version =
        new TcbVersion(
            layout,
            fmc,
            component(fields, "bootloader"),
            component(fields, "tee"),
            component(fields, "snp"),
            component(fields, "microcode"));
    fields.end();
    return version;
  }

  private static int component(JsonFields fields, String name) {
    return (int) fields.integer(name, 0, 255);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Component component : components()) {
      text.append(text.isEmpty() ? "" : " ").append(component.name()).append(' ');
      text.append(component.value());
    }
    return text.toString();
  }
}
