import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sets the length of a file in every form that Java has of such a call. */
public final class LengthProgram {
  /** Calls what it inherits. */
  static class Inheriting extends RandomAccessFile {
    Inheriting(File file) throws IOException {
      super(file, "rw");
    }

    void shrink(long lengthBytes) throws IOException {
      setLength(lengthBytes);
    }
  }

  /** Has a method of its own, which calls that of its parent. */
  static final class Overriding extends Inheriting {
    Overriding(File file) throws IOException {
      super(file);
    }

    @Override
    public void setLength(long lengthBytes) throws IOException {
      super.setLength(lengthBytes + 1);
    }
  }

  /** No file, but has such a method. */
  static final class Namesake implements Sized {
    private long lengthBytes;

    @Override
    public void setLength(long lengthBytes) {
      this.lengthBytes = lengthBytes;
    }
  }

  /** What a library may have of its own. */
  interface Sized {
    void setLength(long lengthBytes) throws IOException;
  }

  /** A file that is one of those. */
  static final class SizedFile extends RandomAccessFile implements Sized {
    SizedFile(File file) throws IOException {
      super(file, "rw");
    }
  }

  /** What a method reference is made to. */
  interface Setter<F> {
    void set(F file, long lengthBytes) throws IOException;
  }

  private LengthProgram() {}

  public static void main(String[] args) throws Exception {
    File file = Files.write(Path.of(args[0]).resolve("a.dat"), new byte[99_999]).toFile();
    try (RandomAccessFile plain = new RandomAccessFile(file, "rw");
        Inheriting inheriting = new Inheriting(file);
        Overriding overriding = new Overriding(file);
        SizedFile sized = new SizedFile(file)) {
      plain.setLength(88_888); // line plain
      inheriting.setLength(77_777); // line subclass
      inheriting.shrink(66_666); // line inherited
      overriding.setLength(55_554); // line overridden
      RandomAccessFile seenAsParent = overriding;
      seenAsParent.setLength(44_443);
      Sized seenAsInterface = sized;
      seenAsInterface.setLength(33_333); // line interface
      Setter<RandomAccessFile> reference = RandomAccessFile::setLength; // line reference
      reference.set(plain, 22_222); // line byReference
      Setter<Inheriting> ofSubclass = Inheriting::setLength;
      ofSubclass.set(inheriting, 11_111); // line bySubclassReference
      try {
        plain.setLength(-1); // line refused
      } catch (IOException | IllegalArgumentException e) {
        System.out.println("refused");
      }
    }
    Namesake namesake = new Namesake();
    namesake.setLength(5);
    StringBuilder text = new StringBuilder("text");
    text.setLength(3);
    System.out.println(namesake.lengthBytes + " " + text + " " + file.length());
  }
}
