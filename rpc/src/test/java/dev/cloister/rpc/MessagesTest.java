package dev.cloister.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.cloister.encoding.Bytes;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every record against the genuine protobuf implementation and what protoc made of the files. */
class MessagesTest {

  private static final List<Class<?>> AGENT =
      List.of(AgentInfo.class, AgentMesh.class, AgentSandbox.class, AgentContainers.class);

  /** The node passes on what the agent says about its join and its mesh, in the same words. */
  private static final List<Class<?>> NODE =
      List.of(NodePods.class, NodeAccess.class, AgentInfo.class, AgentMesh.class);

  private static final List<Class<?>> SIMULATOR = List.of(SimulatorMessages.class);

  private static final List<Class<?>> COORDINATOR = List.of(CoordinatorMessages.class);

  private final Random random = new Random(20261124);

  @Test
  void everyAgentMessageReadsAndWritesAsProtobufDoes() throws Exception {
    assertThat(compare("agent.proto", AGENT)).isEqualTo(36);
  }

  @Test
  void everyNodeMessageReadsAndWritesAsProtobufDoes() throws Exception {
    assertThat(compare("node.proto", NODE)).isEqualTo(22);
  }

  @Test
  void everySimulatorMessageReadsAndWritesAsProtobufDoes() throws Exception {
    assertThat(compare("simulator.proto", SIMULATOR)).isEqualTo(5);
  }

  @Test
  void everyCoordinatorMessageReadsAndWritesAsProtobufDoes() throws Exception {
    assertThat(compare("coordinator.proto", COORDINATOR)).isEqualTo(12);
  }

  @Test
  void everyMethodOfTheProtoFilesIsServedAndCalled() throws Exception {
    assertThat(methods("agent.proto", AgentService.NAME)).isEqualTo(methods(AgentService.class));
    assertThat(methods("node.proto", NodeService.NAME)).isEqualTo(methods(NodeService.class));
    assertThat(methods("coordinator.proto", CoordinatorService.NAME))
        .isEqualTo(methods(CoordinatorService.class));
    assertThat(methods("simulator.proto", SimulatorService.NAME))
        .isEqualTo(methods(SimulatorService.class));
    assertThat(methods("simulator.proto", ReportPortService.NAME))
        .isEqualTo(methods(ReportPortService.class));
  }

  private static Set<String> methods(String file, String service) throws Exception {
    Set<String> names = new HashSet<>();
    for (ServiceDescriptor candidate : file(file).getServices()) {
      if (candidate.getFullName().equals(service)) {
        for (MethodDescriptor method : candidate.getMethods()) {
          names.add(method.getName().equals("Wait") ? "await" : lowerFirst(method.getName()));
        }
      }
    }
    return names;
  }

  private static Set<String> methods(Class<?> service) {
    Set<String> names = new HashSet<>();
    for (Method method : service.getDeclaredMethods()) {
      names.add(method.getName());
    }
    return names;
  }

  private static String lowerFirst(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static FileDescriptor file(String name) throws Exception {
    try (InputStream in = MessagesTest.class.getResourceAsStream("/messages.binpb")) {
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
        if (file.getName().endsWith(name)) {
          return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
        }
      }
    }
    throw new AssertionError("protoc made no " + name);
  }

  private int compare(String fileName, List<Class<?>> holders) throws Exception {
    FileDescriptor file = file(fileName);
    int seen = 0;
    for (Descriptor descriptor : file.getMessageTypes()) {
      Class<?> type = find(descriptor.getName(), holders);
      if (type == null) {
        assertThat(descriptor.getFields()).as(descriptor.getName()).isEmpty();
        continue;
      }
      seen++;
      for (int round = 0; round < 20; round++) {
        compare(descriptor, type);
      }
    }
    return seen;
  }

  private void compare(Descriptor descriptor, Class<?> type) throws Exception {
    ProtoMessage ours = (ProtoMessage) value(type, 2);
    ProtoWriter out = new ProtoWriter();
    ours.writeTo(out);
    DynamicMessage theirs = DynamicMessage.parseFrom(descriptor, out.toArray());
    assertThat(theirs.getUnknownFields().asMap()).isEmpty();
    byte[] again = theirs.toByteArray();
    assertThat(again).as(descriptor.getName()).isEqualTo(out.toArray());
    assertThat(descriptor.getFields()).hasSameSizeAs(type.getRecordComponents());
    Method read = type.getDeclaredMethod("read", ProtoReader.class);
    assertThat(read.invoke(null, ProtoReader.of(again, "test", 1000))).isEqualTo(ours);
  }

  private static @Nullable Class<?> find(String name, List<Class<?>> holders) {
    for (Class<?> holder : holders) {
      for (Class<?> candidate : holder.getDeclaredClasses()) {
        if (candidate.getSimpleName().equals(name)) {
          return candidate;
        }
      }
    }
    return null;
  }

  private Object value(Type type, int depth) throws Exception {
    if (type instanceof ParameterizedType list) {
      List<Object> elements = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        elements.add(value(list.getActualTypeArguments()[0], depth - 1));
      }
      return elements;
    }
    boolean absent = random.nextInt(5) == 0;
    if (type == String.class) {
      return absent ? "" : "täxt€😀-" + random.nextInt();
    } else if (type == Bytes.class) {
      byte[] bytes = new byte[absent ? 0 : random.nextInt(300)];
      random.nextBytes(bytes);
      return Bytes.of(bytes);
    } else if (type == boolean.class) {
      return !absent;
    } else if (type == int.class || type == Integer.class) {
      return absent ? 0 : random.nextInt(Integer.MAX_VALUE);
    } else if (type == long.class) {
      return absent ? 0L : random.nextLong() >>> (1 + random.nextInt(60));
    }
    return record((Class<?>) type, depth);
  }

  private Object record(Class<?> type, int depth) throws Exception {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType(), depth);
    }
    return type.getDeclaredConstructor(types).newInstance(values);
  }
}
