import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.tools.attach.VirtualMachine;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Attaches the agent to itself twice and takes it out twice; truncates a file each time. */
public final class AttachAgainProgram {
  private AttachAgainProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("again.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      channel.write(ByteBuffer.allocate(1000));
      attach(args[1]);
      channel.truncate(999); // line first
      attach(args[1], "guard=keep");
      channel.truncate(998); // line second
      attach(args[1], "uninstall");
      channel.truncate(997); // line third
      attach(args[1], "uninstall");
      channel.truncate(996); // line fourth
    }
  }

  private static void attach(String agent) throws Exception {
    attach(agent, null);
  }

  private static void attach(String agent, String options) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(ProcessHandle.current().pid()));
    try {
      machine.loadAgent(agent, options);
    } finally {
      machine.detach();
    }
  }
}
