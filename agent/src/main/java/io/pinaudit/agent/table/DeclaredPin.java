package io.pinaudit.agent.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A method that pins or unpins memory, as the user has declared: {@code
 * com.acme.Rdma.register(_,address,length)}.
 *
 * @param roles the roles of the method's arguments, in their order
 */
public record DeclaredPin(String className, String method, List<Role> roles) {
  /** The role of an argument. */
  public enum Role {
    /** The argument does not matter; written as an underscore. */
    IGNORED,
    /** The argument is a long: the address of the memory. */
    ADDRESS,
    /** The argument is an int or a long: the length of the memory in bytes. */
    LENGTH,
    /** The argument is a direct buffer or a memory segment. */
    BUFFER,
    /** The argument is the value that the pinning method has returned. */
    HANDLE
  }

  /** Parses one declaration, or several that are separated by semicolons. */
  public static List<DeclaredPin> parseAll(String option, String text) throws BadOptionException {
    List<DeclaredPin> pins = new ArrayList<>();
    for (String one : text.split(";", -1)) {
      pins.add(parse(option, one.trim()));
    }
    return pins;
  }

  private static DeclaredPin parse(String option, String text) throws BadOptionException {
    int open = text.indexOf('(');
    int dot = open < 0 ? -1 : text.lastIndexOf('.', open);
    if (dot <= 0 || dot + 1 == open || !text.endsWith(")")) {
      throw new BadOptionException(
          "option " + option + " has \"" + text + "\", expected Class.method(arguments)");
    }
    List<Role> roles = new ArrayList<>();
    String arguments = text.substring(open + 1, text.length() - 1);
    for (String argument : arguments.split(",", -1)) {
      roles.add(role(option, argument.trim()));
    }
    boolean unpins = option.equals("unpin");
    boolean told =
        roles.contains(Role.BUFFER)
            || roles.contains(Role.ADDRESS) && (unpins || roles.contains(Role.LENGTH))
            || unpins && roles.contains(Role.HANDLE);
    if (!told) {
      throw new BadOptionException(
          "option "
              + option
              + " has \""
              + text
              + "\", expected "
              + (unpins ? "address, buffer or handle" : "address and length, or buffer")
              + " among its arguments");
    }
    return new DeclaredPin(text.substring(0, dot), text.substring(dot + 1, open), roles);
  }

  private static Role role(String option, String word) throws BadOptionException {
    if (word.equals("_")) {
      return Role.IGNORED;
    }
    for (Role role : Role.values()) {
      if (role != Role.IGNORED && role.name().toLowerCase(Locale.ROOT).equals(word)) {
        return role;
      }
    }
    throw new BadOptionException(
        "option "
            + option
            + " has argument \""
            + word
            + "\", expected _, address, length, buffer or handle");
  }

  /** Returns the positions of the arguments that matter. */
  public List<Integer> positions() {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      if (roles.get(i) != Role.IGNORED) {
        positions.add(i);
      }
    }
    return positions;
  }

  /** Returns the name of the method in reports. */
  public String name() {
    return className.substring(className.lastIndexOf('.') + 1) + "." + method;
  }
}
