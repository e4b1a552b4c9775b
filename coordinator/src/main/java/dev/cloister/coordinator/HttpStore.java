package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.HttpClient;
import dev.cloister.rpc.HttpReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The store that a node serves over HTTP (docs/coordinator.md, "Store"). The node is not trusted:
 * every answer is bounded in bytes and time and taken strictly, or not at all. A read whose answer
 * does not come is repeated a few times; a write is not, because nobody knows what became of it.
 */
public final class HttpStore implements Store {

  private static final Pattern URL =
      Pattern.compile("http://([0-9.]{7,15}|\\[[0-9a-f:.]{2,45}])(:([1-9][0-9]{0,4}))");
  private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");
  private static final int READS = 4;
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final HttpClient client;
  private final String prefix;

  private HttpStore(HttpClient client, String prefix) {
    this.client = client;
    this.prefix = prefix;
  }

  /**
   * A client of a node's store.
   *
   * @param url {@code http://ADDRESS:PORT}, a numeric address
   * @param pin of the deployment whose values are meant
   * @param limit longest time of one read or write
   * @throws CloisterException with {@link CoordinatorError#BAD_START} where the URL is none
   */
  public static HttpStore of(String url, Bytes pin, Duration limit) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw badUrl(url);
    }
    int port = Integer.parseInt(parts.group(3));
    if (port > 65_535) {
      throw badUrl(url);
    }
    try {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.ofLiteral(literal(parts.group(1))), port);
      String host = parts.group(1) + parts.group(2);
      return new HttpStore(
          new HttpClient(address, host, MAX_VALUE, limit), "/store/v1/" + pin.toHex() + "/");
    } catch (IllegalArgumentException e) {
      throw badUrl(url);
    }
  }

  private static String literal(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static CloisterException badUrl(String url) {
    return new CloisterException(
        CoordinatorError.BAD_START, "store", "'" + url + "' is not http://ADDRESS:PORT");
  }

  @Override
  public Optional<Versioned> read(String key) {
    String target = prefix + new StoreKey(key).text();
    for (int attempt = 1; ; attempt++) {
      try {
        return read(key, client.ask("GET", target, Map.of(), Bytes.EMPTY));
      } catch (IOException e) {
        if (attempt == READS) {
          throw failed(key, e);
        }
        pause(key);
      } catch (CloisterException e) {
        throw e.code() instanceof CoordinatorError ? e : failed(key, e);
      }
    }
  }

  private static Optional<Versioned> read(String key, HttpReply reply) {
    return switch (reply.status()) {
      case 404 -> Optional.empty();
      case 200 -> Optional.of(new Versioned(version(key, reply), content(key, reply)));
      default -> throw failed(key, "the answer has status " + reply.status());
    };
  }

  private static Bytes content(String key, HttpReply reply) {
    if (reply.body().isEmpty()) {
      throw failed(key, "the value is empty");
    }
    return reply.body();
  }

  @Override
  public long compareAndSwap(String key, long expectedVersion, Bytes value) {
    String target = prefix + new StoreKey(key).text();
    if (value.isEmpty() || value.size() > MAX_VALUE || expectedVersion < 0) {
      throw new CloisterException(
          CoordinatorError.BAD_REQUEST, key, value.size() + " bytes, or a version below 0");
    }
    Map<String, String> condition =
        expectedVersion == 0
            ? Map.of("If-None-Match", "*")
            : Map.of("If-Match", "\"" + expectedVersion + "\"");
    try {
      HttpReply reply = client.ask("PUT", target, condition, value);
      return switch (reply.status()) {
        case 200, 201, 204 -> written(key, expectedVersion, reply);
        case 412 ->
            throw new CloisterException(
                CoordinatorError.STORE_CONFLICT, key, "has not version " + expectedVersion);
        default -> throw failed(key, "the answer has status " + reply.status());
      };
    } catch (IOException e) {
      throw failed(key, e);
    } catch (CloisterException e) {
      throw e.code() instanceof CoordinatorError ? e : failed(key, e);
    }
  }

  private static long written(String key, long expected, HttpReply reply) {
    long version = version(key, reply);
    if (version <= expected) {
      throw failed(key, "version " + version + " follows " + expected);
    }
    return version;
  }

  private static long version(String key, HttpReply reply) {
    Matcher tag = TAG.matcher(reply.field("etag"));
    if (!tag.matches()) {
      throw failed(key, "the answer has no version");
    }
    return Long.parseLong(tag.group(1));
  }

  private static void pause(String key) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(key, e);
    }
  }

  private static CloisterException failed(String key, String detail) {
    return new CloisterException(CoordinatorError.STORE_FAILED, "store/" + key, detail);
  }

  private static CloisterException failed(String key, Exception cause) {
    return new CloisterException(
        CoordinatorError.STORE_FAILED, "store/" + key, String.valueOf(cause.getMessage()), cause);
  }
}
