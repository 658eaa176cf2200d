import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicInteger;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;

/** Another agent, which instruments the same methods with Byte Buddy; the program that it is in. */
public final class SecondAgent {
  private SecondAgent() {}

  /** What it weaves in: nothing but a count in a system property. */
  public static final class Count {
    @Advice.OnMethodEnter
    public static void enter() {
      System.setProperty("second", Integer.getInteger("second", 0) + 1 + "");
    }
  }

  public static void premain(String arguments, Instrumentation instrumentation) {
    AtomicInteger woven = new AtomicInteger();
    new AgentBuilder.Default()
        .ignore(ElementMatchers.none())
        .disableClassFormatChanges()
        .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
        .type(
            ElementMatchers.named("sun.nio.ch.UnixFileDispatcherImpl")
                .or(ElementMatchers.named("sun.nio.ch.FileDispatcherImpl")))
        .transform(
            (builder, type, loader, module, domain) -> {
              woven.incrementAndGet();
              return builder.visit(Advice.to(Count.class).on(ElementMatchers.named("truncate")));
            })
        .installOn(instrumentation);
    System.setProperty("woven", woven + "");
  }

  public static void main(String[] args) throws Exception {
    ChannelProgram.main(args);
    System.out.println("second " + System.getProperty("second"));
  }
}
