package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Connections;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Initdata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * From the YAML files of a deployment to policies, initdata and annotated YAML. Equal inputs give
 * equal outputs, and the outputs as inputs give themselves. One call runs in the caller's thread.
 */
public final class Generator {

  /** The runtime class of pods that run in their own VM. */
  public static final String RUNTIME_CLASS = "cloister";

  /** Most characters of the annotation: Kubernetes takes 256 KiB of annotations in all. */
  static final int MAX_ANNOTATION = 240 << 10;

  private static final int MAX_FILES = 1000;

  private final Deployment deployment;
  private final ImageSource images;
  private final String defaultNamespace;
  private final UnaryOperator<Initdata> floors;

  /**
   * A generator for one deployment. A pod whose annotation holds the same policy already keeps its
   * floor.
   *
   * @param deployment goes into every initdata
   * @param images where images come from
   * @param defaultNamespace namespace of objects that name none
   */
  public Generator(Deployment deployment, ImageSource images, String defaultNamespace) {
    this(deployment, images, defaultNamespace, UnaryOperator.identity());
  }

  private Generator(
      Deployment deployment,
      ImageSource images,
      String defaultNamespace,
      UnaryOperator<Initdata> floors) {
    this.deployment = deployment;
    this.images = images;
    this.defaultNamespace = defaultNamespace;
    this.floors = floors;
  }

  /**
   * The same, with another choice of floors.
   *
   * @param choice is given a pod's initdata, with the floor of its annotation if it keeps one, and
   *     returns it with the floor that it is to have; equal inputs must give equal answers
   */
  public Generator withFloors(UnaryOperator<Initdata> choice) {
    return new Generator(deployment, images, defaultNamespace, choice);
  }

  /**
   * Generates.
   *
   * @param inputs all files of the deployment, ConfigMaps included; 1 to 1000, with different names
   * @throws CloisterException with a code of {@link KubernetesError} whose place is file, line,
   *     column and path; or as the {@link ImageSource} says
   */
  public Generation generate(List<SourceFile> inputs) {
    ResolvedImages resolved = new ResolvedImages(images);
    Run run = derive(inputs, resolved);
    if (run.workloads().isEmpty()) {
      throw new CloisterException(
          KubernetesError.NO_WORKLOAD, names(inputs), "no Pod, Deployment or other workload found");
    }
    List<SourceFile> files = rewrite(run);
    requireStable(run, derive(files, resolved));
    return new Generation(
        inputs, files, run.workloads(), run.inventory().services(), run.inventory().notes());
  }

  private record Run(
      List<SourceFile> inputs,
      List<YamlDocuments> documents,
      Inventory inventory,
      List<DerivedPod> pods,
      List<GeneratedWorkload> workloads) {}

  private Run derive(List<SourceFile> inputs, ResolvedImages resolved) {
    requireNames(inputs);
    List<YamlDocuments> documents = new ArrayList<>();
    for (SourceFile input : inputs) {
      documents.add(YamlDocuments.parse(input, YamlBudget.FILE));
    }
    Inventory inventory = Inventory.of(documents, defaultNamespace);
    List<DerivedPod> pods = new ArrayList<>();
    List<GeneratedWorkload> workloads = new ArrayList<>();
    for (PodTemplate template : inventory.templates()) {
      DerivedPod pod = new PodReader(template, resolved, inventory).read();
      template.findings().close();
      pods.add(pod);
    }
    List<PodTemplate> templates = inventory.templates();
    List<Connections> connections = new Peers(templates, pods, inventory.services()).connections();
    List<Map<Integer, List<String>>> callers = Peers.callers(templates, connections);
    for (int i = 0; i < pods.size(); i++) {
      workloads.add(
          workload(
              templates.get(i),
              pods.get(i),
              services(templates.get(i), inventory),
              connections.get(i),
              callers.get(i)));
    }
    return new Run(inputs, documents, inventory, pods, workloads);
  }

  /** The Services that lead to the pods of a template. */
  private static List<String> services(PodTemplate template, Inventory inventory) {
    return inventory.services().stream()
        .filter(service ->
            service.namespace().equals(template.namespace()) && service.selects(template.labels()))
        .map(service -> service.name() + "." + service.namespace())
        .toList();
  }

  private static void requireNames(List<SourceFile> inputs) {
    Set<String> names = new HashSet<>();
    for (SourceFile input : inputs) {
      if (!names.add(input.name())) {
        throw new CloisterException(
            KubernetesError.DUPLICATE, input.name(), "two files have this name");
      }
    }
    if (inputs.isEmpty() || inputs.size() > MAX_FILES) {
      throw new CloisterException(
          KubernetesError.NO_WORKLOAD, "", inputs.size() + " files; give 1 to " + MAX_FILES);
    }
  }

  private GeneratedWorkload workload(
      PodTemplate template,
      DerivedPod pod,
      List<String> services,
      Connections connections,
      Map<Integer, List<String>> callers) {
    Initdata initdata = floors.apply(annotated(template, pod));
    int size = initdata.document().toBase64().length();
    if (size > MAX_ANNOTATION) {
      throw new CloisterException(
          KubernetesError.BAD_VALUE,
          template.object().at().toString(),
          "its initdata takes "
              + size
              + " characters where an annotation has room for "
              + MAX_ANNOTATION);
    }
    return new GeneratedWorkload(
        template.kind(),
        template.object().name(),
        template.namespace(),
        template.replicas(),
        template.labels(),
        template.governor(),
        services,
        pod.policy(),
        pod.membership(),
        connections,
        callers,
        initdata,
        pod.files(),
        pod.serviceAccount(),
        pod.origins(),
        template.findings().warnings(),
        template.findings().ignored());
  }

  /** The pod's initdata, with the floor that its annotation has beside the same policy. */
  private Initdata annotated(PodTemplate template, DerivedPod pod) {
    Initdata plain = Initdata.create(deployment, pod.policy().toBytes());
    YamlNode.Entry entry = template.annotations().get(Annotations.INITDATA);
    if (entry == null || !(entry.value() instanceof YamlNode.Scalar scalar)) {
      return plain;
    }
    try {
      Initdata before = Initdata.parse(Bytes.ofBase64(scalar.text()));
      boolean same =
          before.deployment().equals(deployment) && before.policy().equals(plain.policy());
      return same ? before.floor().map(plain::withFloor).orElse(plain) : plain;
    } catch (CloisterException _) {
      // What is no initdata, or of another version, is written anew.
      return plain;
    }
  }

  private static List<SourceFile> rewrite(Run run) {
    List<TextEdits> edits = new ArrayList<>();
    run.documents().forEach(file -> edits.add(new TextEdits(file)));
    for (int i = 0; i < run.pods().size(); i++) {
      PodTemplate template = run.inventory().templates().get(i);
      rewrite(
          edits.get(template.object().file()),
          template,
          run.pods().get(i),
          run.workloads().get(i).initdata());
    }
    List<SourceFile> files = new ArrayList<>();
    for (int i = 0; i < edits.size(); i++) {
      String name = run.documents().get(i).file();
      String text = edits.get(i).apply();
      boolean same = text.equals(run.documents().get(i).text());
      files.add(same ? run.inputs().get(i) : SourceFile.of(name, text));
    }
    return files;
  }

  private static void rewrite(
      TextEdits edits, PodTemplate template, DerivedPod pod, Initdata initdata) {
    for (DerivedPod.ImageUse use : pod.images()) {
      edits.replace(use.node(), use.pinned());
    }
    edits.setBelow(
        template.root(),
        List.of("metadata", "annotations"),
        Annotations.INITDATA,
        "\"" + initdata.document().toBase64() + "\"");
    if (!pod.runtimeClass()) {
      edits.set(template.spec().node(), "runtimeClassName", RUNTIME_CLASS);
    }
  }

  /** What was written must mean what was derived. */
  private static void requireStable(Run run, Run again) {
    boolean same = run.workloads().size() == again.workloads().size();
    for (int i = 0; same && i < run.workloads().size(); i++) {
      Initdata initdata = run.workloads().get(i).initdata();
      YamlNode.Entry written =
          again.inventory().templates().get(i).annotations().get(Annotations.INITDATA);
      same =
          initdata.document().equals(again.workloads().get(i).initdata().document())
              && again.pods().get(i).runtimeClass()
              && written != null
              && written.value() instanceof YamlNode.Scalar scalar
              && scalar.text().equals(initdata.document().toBase64());
    }
    if (!same) {
      throw new CloisterException(
          KubernetesError.NOT_STABLE, names(run.inputs()), "generate gives another result again");
    }
  }

  private static String names(List<SourceFile> inputs) {
    List<String> names = new ArrayList<>();
    inputs.forEach(input -> names.add(input.name()));
    return String.join(", ", names);
  }
}
