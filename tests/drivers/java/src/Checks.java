import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What a section of the test is held to. */
final class Checks {
  /** A section that may fail in any way; the next ones still run. */
  interface Section {
    void run(Checks t) throws Exception;
  }

  interface Call {
    void run() throws Exception;
  }

  private int made;

  void equal(Object actual, Object expected, String what) {
    ++made;
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError(what + ": expected " + expected + ", got " + actual);
    }
  }

  /** What the call throws, which must be of that kind. */
  <T extends Exception> T thrown(Class<T> kind, String what, Call call) {
    ++made;
    try {
      call.run();
    } catch (Exception error) {
      if (kind.isInstance(error)) return kind.cast(error);
      throw new AssertionError(what + ": expected a " + kind.getSimpleName(), error);
    }
    throw new AssertionError(what + ": nothing was thrown");
  }

  /** Runs the section; false where it fails or checks nothing. */
  static boolean passes(String name, Section section) {
    List<String> leftOut = Arrays.asList(without().split(" "));
    if (leftOut.contains(name)) {
      System.out.println("java: " + name + ": left out");
      return true;
    }
    Checks checks = new Checks();
    try {
      section.run(checks);
    } catch (Exception | AssertionError error) {
      System.out.println("java: " + name + ": FAILED after " + checks.made + " checks");
      error.printStackTrace(System.out);
      return false;
    }
    System.out.println("java: " + name + ": " + checks.made + " checks");
    return checks.made > 0;
  }

  private static String without() {
    String names = System.getenv("CAIRN_TEST_WITHOUT");
    return names == null ? "" : names;
  }
}
