package io.pinaudit.agent.table;

import io.pinaudit.agent.weave.Weaving.Style;
import java.util.List;

/** The actions of the hooks in the table: what each does, and where and how it is woven in. */
public enum HookAction {
  MAP(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  CHANNEL_MAP(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  UNMAP(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  CHANNEL_UNMAP(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  TRUNCATE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  SET_LENGTH(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  OPEN_STREAM(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  OPEN(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  OPEN_AT(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  UNLINK(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  UNLINK_AT(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  RENAME(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  RENAME_AT(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DELETE_FILE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  RENAME_FILE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  FREE_BUFFER(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  FREE_UNSAFE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  FREE_SEGMENT(Place.LINKER, Style.ARGUMENTS, Arguments.ALL),
  CLOSE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  CLEAN(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  ASYNC_READ(Place.JDK, Style.RECEIVER_FIRST, Arguments.ALL),
  ASYNC_WRITE(Place.JDK, Style.RECEIVER_FIRST, Arguments.ALL),
  ASYNC_CLOSE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  SOCKET_READ(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  SOCKET_READ_VECTOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  SOCKET_WRITE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  SOCKET_WRITE_VECTOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DATAGRAM_RECEIVE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DATAGRAM_SEND(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DATAGRAM_READ(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DATAGRAM_READ_VECTOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DATAGRAM_WRITE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  DATAGRAM_WRITE_VECTOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  // Its two names, between which there are attributes.
  COPY_FILE(Place.JDK, Style.ARGUMENTS, Arguments.FIRST_AND_THIRD),
  TRANSFER_TO(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  TRANSFER_FROM(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  CHANNEL_TRANSFER_TO(Place.JDK, Style.RECEIVER_FIRST, Arguments.ALL),
  READ(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  READ_AT(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  READ_VECTOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  WRITE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  WRITE_AT(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  WRITE_VECTOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  THREAD_START(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  THREAD_JOIN(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  STAND_READ(Place.MEETINGS, Style.ARGUMENTS, Arguments.ALL),
  STAND_WRITE(Place.MEETINGS, Style.ARGUMENTS, Arguments.ALL),
  STAND_TRUNCATE(Place.HOLDING, Style.ARGUMENTS, Arguments.ALL),
  ASYNC_TRUNCATE(Place.GUARD, Style.ARGUMENTS, Arguments.ALL),
  SELECT(Place.MEETINGS, Style.ARGUMENTS, Arguments.ALL),
  CLOSE_ARENA(Place.ARENAS, Style.ARGUMENTS, Arguments.ALL),
  INVOKE_CLEANER(Place.GUARD, Style.ARGUMENTS, Arguments.ALL),
  DEFINE_CLASS(Place.JDK, Style.DEFINITION, Arguments.ALL),
  MARK_PIN(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  MARK_UNPIN(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  JNA(Place.LIBRARY, Style.RECEIVER_FIRST, Arguments.ALL),
  JNA_REGISTER(Place.LIBRARY, Style.ARGUMENTS, Arguments.ALL),
  JNA_DIRECT(Place.BOUND_METHODS, Style.ARGUMENTS, Arguments.ALL),
  JFFI(Place.CALL_SITES, Style.ARGUMENTS, Arguments.ALL),
  JFFI_LOOKUP(Place.LIBRARY, Style.ARGUMENTS, Arguments.ALL),
  JNR_STUB(Place.LIBRARY, Style.REFUSAL, Arguments.ALL),
  CHANNEL_MAP_NATIVE(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  LOOKUP_METHOD(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  METHOD_ACCESSOR(Place.JDK, Style.ARGUMENTS, Arguments.ALL),
  LINK_BOUND(Place.LINKER, Style.ARGUMENTS, Arguments.ALL),
  LINK_UNBOUND(Place.LINKER, Style.ARGUMENTS, Arguments.ALL);

  /** The place where a hook is woven in. */
  public enum Place {
    /** A method of the JDK, when the agent starts. */
    JDK,
    /** A method of the JDK, when the agent starts, if there is a plan of calls that are to meet. */
    MEETINGS,
    /** A method of the JDK, when the agent starts, if there is a guard. */
    GUARD,
    /** The same, if the JDK has foreign functions (JDK 22) as well. */
    ARENAS,
    /** A method of the JDK, when the agent starts, if there is a plan or a guard. */
    HOLDING,
    /** A method of the JDK, when the agent starts, if the JDK has foreign functions (JDK 22). */
    LINKER,
    /** A method of a class of the application, when that class is defined. */
    LIBRARY,
    /**
     * The calls that classes of the application make of a native method of one of its libraries.
     */
    CALL_SITES,
    /** Native methods of a class of the application that a library binds to functions. */
    BOUND_METHODS
  }

  private final Place place;
  private final Style style;
  private final Arguments arguments;

  HookAction(Place place, Style style, Arguments arguments) {
    this.place = place;
    this.style = style;
    this.arguments = arguments;
  }

  public Place place() {
    return place;
  }

  public Style style() {
    return style;
  }

  /**
   * Returns the positions of the arguments that are passed; null for as many as there is room for.
   */
  public List<Integer> positions() {
    return switch (arguments) {
      case ALL -> null;
      case FIRST_AND_THIRD -> List.of(0, 2);
    };
  }

  private enum Arguments {
    ALL,
    FIRST_AND_THIRD
  }
}
