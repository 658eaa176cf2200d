import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.IntStream;

/**
 * Twins: in each pair of methods two threads hand memory of a file over and take it away, 20 ms
 * apart, so that they do not overlap; in {@code …Racy} by luck, in {@code …Ordered} by something
 * that orders them.
 *
 * <p>Arguments: a folder; Racy or Ordered; and the names of the twins to run, all without one.
 */
public class MeetTwins {
  static final int SIZE = 65_536;
  private static final int AT_ONCE = 4;

  /** Something that fails as file operations do. */
  interface Act {
    void run() throws Exception;
  }

  /** A mapped file, and the two things that are done to it. */
  static final class Scene {
    final Path path;
    final FileChannel channel;
    final FileChannel sink;
    MappedByteBuffer memory;

    Scene(Path folder, String name) {
      try {
        path = folder.resolve(name + ".dat");
        Files.write(path, new byte[SIZE]);
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        sink =
            FileChannel.open(
                folder.resolve(name + ".sink"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Hands memory of the file over. */
    void pin() {
      pinAt(0, 8_192);
    }

    void pinAt(int offset, int length) {
      tolerant(() -> sink.write(memory.slice(offset, length), 0));
    }

    /** Takes the file away. */
    void cut() {
      tolerant(() -> channel.truncate(0));
    }
  }

  /** What a race does to a call is not what is tested. */
  static void tolerant(Act act) {
    try {
      act.run();
    } catch (IOException | InternalError e) {
      return;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static void pause() {
    pause(20);
  }

  static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Thread start(Act act) {
    Thread thread =
        new Thread(
            () -> {
              try {
                act.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  static void both(Act one, Act other) throws Exception {
    Thread first = start(one);
    Thread second = start(other);
    first.join();
    second.join();
  }

  // Starts and joins.

  static void startRacy(Scene s) throws Exception {
    Thread cutter =
        start(
            () -> {
              pause();
              s.cut();
            });
    s.pin();
    cutter.join();
  }

  static void startOrdered(Scene s) throws Exception {
    s.pin();
    start(() -> s.cut()).join();
  }

  static void joinRacy(Scene s) throws Exception {
    Thread pinner = start(() -> s.pin());
    pause();
    s.cut();
    pinner.join();
  }

  static void joinOrdered(Scene s) throws Exception {
    start(() -> s.pin()).join();
    pause();
    s.cut();
  }

  // In time by luck: whoever waits so long for the thread would go on without it.
  static void timedJoinRacy(Scene s) throws Exception {
    Thread pinner = start(() -> s.pin());
    pinner.join(50);
    pause();
    s.cut();
    pinner.join();
  }

  static void timedJoinOrdered(Scene s) throws Exception {
    Thread pinner = start(() -> s.pin());
    do {
      pinner.join(50);
    } while (pinner.isAlive());
    pause();
    s.cut();
  }

  // Executors and futures.

  static void futureRacy(Scene s) throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    Future<?> pinned = pool.submit(() -> s.pin());
    pause();
    s.cut();
    pinned.get();
    pool.shutdown();
  }

  static void futureOrdered(Scene s) throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.submit(() -> s.pin()).get();
    pause();
    s.cut();
    pool.shutdown();
  }

  static void invokeAllRacy(Scene s) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    pool.invokeAll(List.of(Executors.callable(() -> s.pin()), Executors.callable(() -> late(s))));
    pool.shutdown();
  }

  private static void late(Scene s) {
    pause();
    s.cut();
  }

  static void invokeAllOrdered(Scene s) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    pool.invokeAll(List.of(Executors.callable(() -> s.pin()), Executors.callable(() -> pause())));
    s.cut();
    pool.shutdown();
  }

  static void terminationRacy(Scene s) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    pool.execute(() -> s.pin());
    pool.shutdown();
    pause();
    s.cut();
    pool.awaitTermination(5, TimeUnit.SECONDS);
  }

  static void terminationOrdered(Scene s) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    pool.execute(() -> s.pin());
    pool.shutdown();
    pool.awaitTermination(5, TimeUnit.SECONDS);
    pause();
    s.cut();
  }

  static void scheduledRacy(Scene s) throws Exception {
    ScheduledExecutorService one = Executors.newScheduledThreadPool(1);
    ScheduledExecutorService other = Executors.newScheduledThreadPool(1);
    Future<?> pinned = one.schedule(() -> s.pin(), 5, TimeUnit.MILLISECONDS);
    other.schedule(() -> s.cut(), 25, TimeUnit.MILLISECONDS).get();
    pinned.get();
    one.shutdown();
    other.shutdown();
  }

  static void scheduledOrdered(Scene s) throws Exception {
    ScheduledExecutorService one = Executors.newScheduledThreadPool(1);
    one.schedule(() -> s.pin(), 5, TimeUnit.MILLISECONDS);
    one.schedule(() -> s.cut(), 25, TimeUnit.MILLISECONDS).get();
    one.shutdown();
  }

  static void completableRacy(Scene s) throws Exception {
    CompletableFuture<Void> pinned = CompletableFuture.runAsync(() -> s.pin());
    CompletableFuture<Void> cut = CompletableFuture.runAsync(() -> late(s), MeetTwins::start0);
    CompletableFuture.allOf(pinned, cut).get();
  }

  static void start0(Runnable act) {
    new Thread(act).start();
  }

  static void completableOrdered(Scene s) throws Exception {
    CompletableFuture.runAsync(() -> s.pin(), MeetTwins::start0)
        .thenRunAsync(() -> late(s), MeetTwins::start0)
        .get();
  }

  static void forkJoinRacy(Scene s) throws Exception {
    ForkJoinTask<?> pinned = ForkJoinPool.commonPool().submit(() -> s.pin());
    late(s);
    pinned.get();
  }

  static void forkJoinOrdered(Scene s) throws Exception {
    ForkJoinPool.commonPool().submit(() -> s.pin()).join();
    late(s);
  }

  static void streamRacy(Scene s) throws Exception {
    Thread cutter = start(() -> late(s));
    IntStream.range(0, 4).parallel().forEach(i -> s.pinAt(i * 8_192, 8_192));
    cutter.join();
  }

  static void streamOrdered(Scene s) {
    IntStream.range(0, 4).parallel().forEach(i -> s.pinAt(i * 8_192, 8_192));
    late(s);
  }

  // One of the parts cuts; the thread that waits for all parts runs some of them itself.
  static void partRacy(Scene s) throws Exception {
    inParts(
        () ->
            IntStream.range(0, 5)
                .parallel()
                .forEach(
                    i -> {
                      if (i == 4) {
                        late(s);
                      } else {
                        s.pinAt(i * 8_192, 8_192);
                      }
                    }));
  }

  static void partOrdered(Scene s) throws Exception {
    inParts(
        () -> {
          IntStream.range(0, 4).parallel().forEach(i -> s.pinAt(i * 8_192, 8_192));
          IntStream.range(0, 1).parallel().forEach(i -> late(s));
        });
  }

  private static void inParts(Runnable stream) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(4);
    pool.submit(stream).get();
    pool.shutdown();
  }

  // The thread that is idle after the first task runs the second one as well.
  static void idleThreadRacy(Scene s) throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    Future<?> pinned = pool.submit(() -> s.pin());
    pause();
    pool.submit(() -> s.cut()).get();
    pinned.get();
    pool.shutdown();
  }

  static void idleThreadOrdered(Scene s) throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    pool.submit(() -> s.pin()).get();
    pause();
    pool.submit(() -> s.cut()).get();
    pool.shutdown();
  }

  /**
   * Halves a range until its parts are small, and hands these over; waits for the left halves, or
   * not.
   */
  private static final class Halves extends RecursiveAction {
    private static final long serialVersionUID = 1;
    private static final int SMALL = 8_192;

    private final transient Scene scene;
    private final int from;
    private final int to;
    private final boolean joins;

    Halves(Scene scene, int from, int to, boolean joins) {
      this.scene = scene;
      this.from = from;
      this.to = to;
      this.joins = joins;
    }

    @Override
    protected void compute() {
      if (to - from <= SMALL) {
        pause(3);
        scene.pinAt(from, to - from);
        return;
      }
      int middle = (from + to) / 2;
      ForkJoinTask<Void> left = new Halves(scene, from, middle, joins).fork();
      new Halves(scene, middle, to, joins).compute();
      if (joins) {
        left.join();
      }
    }
  }

  static void halvesRacy(Scene s) throws Exception {
    halves(s, false);
  }

  static void halvesOrdered(Scene s) throws Exception {
    halves(s, true);
  }

  private static void halves(Scene s, boolean joins) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(4);
    pool.invoke(new Halves(s, 0, 32_768, joins));
    late(s);
    pool.shutdown();
    pool.awaitTermination(5, TimeUnit.SECONDS);
  }

  // Locks.

  static void lockRacy(Scene s) throws Exception {
    locked(s, new ReentrantLock(), new ReentrantLock());
  }

  static void lockOrdered(Scene s) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    locked(s, lock, lock);
  }

  // Of both twins, so that only the lock differs.
  private static void locked(Scene s, ReentrantLock one, ReentrantLock other) throws Exception {
    both(
        () -> {
          one.lock();
          s.pin();
          one.unlock();
        },
        () -> {
          pause();
          other.lock();
          s.cut();
          other.unlock();
        });
  }

  static void monitorRacy(Scene s) throws Exception {
    guarded(s, new Object(), new Object());
  }

  static void monitorOrdered(Scene s) throws Exception {
    Object monitor = new Object();
    guarded(s, monitor, monitor);
  }

  private static void guarded(Scene s, Object one, Object other) throws Exception {
    both(
        () -> {
          synchronized (one) {
            s.pin();
          }
        },
        () -> {
          pause();
          synchronized (other) {
            s.cut();
          }
        });
  }

  static void readLockRacy(Scene s) throws Exception {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    both(
        () -> {
          lock.readLock().lock();
          s.pin();
          lock.readLock().unlock();
        },
        () -> {
          pause();
          lock.readLock().lock();
          s.cut();
          lock.readLock().unlock();
        });
  }

  static void readLockOrdered(Scene s) throws Exception {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    both(
        () -> {
          lock.readLock().lock();
          s.pin();
          lock.readLock().unlock();
        },
        () -> {
          pause();
          lock.writeLock().lock();
          s.cut();
          lock.writeLock().unlock();
        });
  }

  static void stampRacy(Scene s) throws Exception {
    StampedLock lock = new StampedLock();
    both(
        () -> {
          long stamp = lock.tryOptimisticRead();
          s.pin();
          lock.validate(stamp);
        },
        () -> {
          pause();
          long stamp = lock.writeLock();
          s.cut();
          lock.unlockWrite(stamp);
        });
  }

  static void stampOrdered(Scene s) throws Exception {
    StampedLock lock = new StampedLock();
    both(
        () -> {
          long stamp = lock.readLock();
          s.pin();
          lock.unlockRead(stamp);
        },
        () -> {
          pause();
          long stamp = lock.writeLock();
          s.cut();
          lock.unlockWrite(stamp);
        });
  }

  static void spinLockRacy(Scene s) throws Exception {
    spun(s, new AtomicBoolean(), new AtomicBoolean());
  }

  static void spinLockOrdered(Scene s) throws Exception {
    AtomicBoolean taken = new AtomicBoolean();
    spun(s, taken, taken);
  }

  private static void spun(Scene s, AtomicBoolean one, AtomicBoolean other) throws Exception {
    both(
        () -> {
          spin(one);
          s.pin();
          one.set(false);
        },
        () -> {
          pause();
          spin(other);
          s.cut();
          other.set(false);
        });
  }

  private static void spin(AtomicBoolean taken) {
    while (!taken.compareAndSet(false, true)) {
      Thread.yield();
    }
  }

  static void semaphoreRacy(Scene s) throws Exception {
    permitted(s, new Semaphore(2));
  }

  static void semaphoreOrdered(Scene s) throws Exception {
    permitted(s, new Semaphore(1));
  }

  private static void permitted(Scene s, Semaphore permits) throws Exception {
    both(
        () -> {
          permits.acquire();
          s.pin();
          permits.release();
        },
        () -> {
          pause();
          permits.acquire();
          s.cut();
          permits.release();
        });
  }

  // Signals.

  static void latchRacy(Scene s) throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    both(
        () -> {
          latch.countDown();
          s.pin();
        },
        () -> {
          latch.await();
          late(s);
        });
  }

  static void latchOrdered(Scene s) throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    both(
        () -> {
          s.pin();
          latch.countDown();
        },
        () -> {
          latch.await();
          late(s);
        });
  }

  static void barrierRacy(Scene s) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    both(
        () -> {
          barrier.await();
          s.pin();
        },
        () -> {
          barrier.await();
          late(s);
        });
  }

  static void barrierOrdered(Scene s) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    both(
        () -> {
          s.pin();
          barrier.await();
        },
        () -> {
          barrier.await();
          late(s);
        });
  }

  static void phaserRacy(Scene s) throws Exception {
    Phaser phaser = new Phaser(2);
    both(
        () -> {
          phaser.arrive();
          s.pin();
        },
        () -> {
          phaser.arriveAndAwaitAdvance();
          late(s);
        });
  }

  static void phaserOrdered(Scene s) throws Exception {
    Phaser phaser = new Phaser(2);
    both(
        () -> {
          s.pin();
          phaser.arrive();
        },
        () -> {
          phaser.arriveAndAwaitAdvance();
          late(s);
        });
  }

  static void queueRacy(Scene s) throws Exception {
    ArrayBlockingQueue<Scene> queue = new ArrayBlockingQueue<>(1);
    both(
        () -> {
          queue.put(s);
          s.pin();
        },
        () -> late(queue.take()));
  }

  static void queueOrdered(Scene s) throws Exception {
    ArrayBlockingQueue<Scene> queue = new ArrayBlockingQueue<>(1);
    both(
        () -> {
          s.pin();
          queue.put(s);
        },
        () -> late(queue.take()));
  }

  static void handOffRacy(Scene s) throws Exception {
    SynchronousQueue<Scene> queue = new SynchronousQueue<>();
    both(
        () -> {
          queue.put(s);
          s.pin();
        },
        () -> late(queue.take()));
  }

  static void handOffOrdered(Scene s) throws Exception {
    SynchronousQueue<Scene> queue = new SynchronousQueue<>();
    both(
        () -> {
          s.pin();
          queue.put(s);
        },
        () -> late(queue.take()));
  }

  static void exchangerRacy(Scene s) throws Exception {
    Exchanger<Scene> exchanger = new Exchanger<>();
    both(
        () -> {
          exchanger.exchange(s);
          s.pin();
        },
        () -> late(exchanger.exchange(null)));
  }

  static void exchangerOrdered(Scene s) throws Exception {
    Exchanger<Scene> exchanger = new Exchanger<>();
    both(
        () -> {
          s.pin();
          exchanger.exchange(s);
        },
        () -> late(exchanger.exchange(null)));
  }

  static void conditionRacy(Scene s) throws Exception {
    condition(s, false);
  }

  static void conditionOrdered(Scene s) throws Exception {
    condition(s, true);
  }

  private static void condition(Scene s, boolean afterwards) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Condition done = lock.newCondition();
    boolean[] isDone = new boolean[1];
    Act signal =
        () -> {
          lock.lock();
          isDone[0] = true;
          done.signalAll();
          lock.unlock();
        };
    both(
        () -> {
          if (afterwards) {
            s.pin();
            signal.run();
          } else {
            signal.run();
            s.pin();
          }
        },
        () -> {
          lock.lock();
          while (!isDone[0]) {
            done.await();
          }
          lock.unlock();
          late(s);
        });
  }

  static void notifyRacy(Scene s) throws Exception {
    notified(s, false);
  }

  static void notifyOrdered(Scene s) throws Exception {
    notified(s, true);
  }

  private static void notified(Scene s, boolean afterwards) throws Exception {
    boolean[] isDone = new boolean[1];
    both(
        () -> {
          if (afterwards) {
            s.pin();
          }
          synchronized (isDone) {
            isDone[0] = true;
            isDone.notifyAll();
          }
          if (!afterwards) {
            s.pin();
          }
        },
        () -> {
          synchronized (isDone) {
            while (!isDone[0]) {
              isDone.wait();
            }
          }
          late(s);
        });
  }

  static void flagRacy(Scene s) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    both(
        () -> {
          done.set(true);
          s.pin();
        },
        () -> {
          while (!done.get()) {
            Thread.onSpinWait();
          }
          late(s);
        });
  }

  static void flagOrdered(Scene s) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    both(
        () -> {
          s.pin();
          done.set(true);
        },
        () -> {
          while (!done.get()) {
            Thread.onSpinWait();
          }
          late(s);
        });
  }

  static void parkRacy(Scene s) throws Exception {
    parked(s, false);
  }

  static void parkOrdered(Scene s) throws Exception {
    parked(s, true);
  }

  private static void parked(Scene s, boolean afterwards) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread cutter =
        start(
            () -> {
              while (!done.get()) {
                LockSupport.park();
              }
              late(s);
            });
    if (afterwards) {
      s.pin();
    }
    done.set(true);
    LockSupport.unpark(cutter);
    if (!afterwards) {
      s.pin();
    }
    cutter.join();
  }

  static void fileFlagRacy(Scene s) throws Exception {
    Path flag = s.path.resolveSibling(s.path.getFileName() + ".flag");
    both(
        () -> {
          Files.createFile(flag);
          s.pin();
        },
        () -> {
          while (!Files.exists(flag)) {
            pause(1);
          }
          late(s);
        });
  }

  static void fileFlagOrdered(Scene s) throws Exception {
    Path flag = s.path.resolveSibling(s.path.getFileName() + ".flag");
    both(
        () -> {
          s.pin();
          Files.createFile(flag);
        },
        () -> {
          while (!Files.exists(flag)) {
            pause(1);
          }
          late(s);
        });
  }

  // Reference counts: whoever is the last cuts.

  static void countRacy(Scene s) throws Exception {
    AtomicInteger users = new AtomicInteger(2);
    both(
        () -> {
          release(s, users);
          s.pin();
        },
        () -> {
          pause();
          release(s, users);
        });
  }

  static void countOrdered(Scene s) throws Exception {
    AtomicInteger users = new AtomicInteger(2);
    both(
        () -> {
          s.pin();
          release(s, users);
        },
        () -> {
          pause();
          release(s, users);
        });
  }

  private static void release(Scene s, AtomicInteger users) {
    if (users.decrementAndGet() == 0) {
      s.cut();
    }
  }

  // Actors and event loops.

  static void actorRacy(Scene s) throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    ExecutorService other = Executors.newSingleThreadExecutor();
    one.execute(() -> s.pin());
    other.submit(() -> late(s)).get();
    one.shutdown();
    other.shutdown();
    one.awaitTermination(5, TimeUnit.SECONDS);
  }

  static void actorOrdered(Scene s) throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    one.execute(() -> s.pin());
    one.submit(() -> late(s)).get();
    one.shutdown();
  }

  /** Runs what it is given one after the other, on whatever thread of a pool is free. */
  private static final class Serial implements Executor {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Executor pool;
    private boolean runs;

    Serial(Executor pool) {
      this.pool = pool;
    }

    @Override
    public synchronized void execute(Runnable task) {
      waiting.add(task);
      next();
    }

    private synchronized void next() {
      if (!runs && !waiting.isEmpty()) {
        runs = true;
        Runnable task = waiting.remove();
        pool.execute(
            () -> {
              task.run();
              done();
            });
      }
    }

    private synchronized void done() {
      runs = false;
      next();
    }
  }

  static void mailboxRacy(Scene s) throws Exception {
    mailboxes(s, false);
  }

  static void mailboxOrdered(Scene s) throws Exception {
    mailboxes(s, true);
  }

  private static void mailboxes(Scene s, boolean one) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    Serial first = new Serial(pool);
    Serial second = one ? first : new Serial(pool);
    CountDownLatch done = new CountDownLatch(2);
    first.execute(
        () -> {
          s.pin();
          done.countDown();
        });
    second.execute(
        () -> {
          late(s);
          done.countDown();
        });
    done.await();
    pool.shutdown();
  }

  /** A loop that runs tasks between its selections. */
  private static final class Loop {
    private final Selector selector = Selector.open();
    private final Pipe pipe = Pipe.open();
    private final ArrayBlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(8);
    private final Thread thread;
    private volatile boolean ended;

    Loop() throws IOException {
      pipe.source().configureBlocking(false);
      pipe.source().register(selector, SelectionKey.OP_READ);
      thread = start(this::run);
    }

    private void run() throws IOException {
      while (!ended) {
        selector.select(50);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
      }
      selector.close();
      pipe.source().close();
      pipe.sink().close();
    }

    void execute(Runnable task) {
      tasks.add(task);
      selector.wakeup();
    }

    void end() throws InterruptedException {
      ended = true;
      selector.wakeup();
      thread.join();
    }
  }

  static void loopRacy(Scene s) throws Exception {
    Loop loop = new Loop();
    Thread cutter = start(() -> s.cut());
    pause();
    loop.execute(() -> s.pin());
    cutter.join();
    loop.end();
  }

  static void loopOrdered(Scene s) throws Exception {
    Loop loop = new Loop();
    CountDownLatch pinned = new CountDownLatch(1);
    loop.execute(
        () -> {
          s.pin();
          pinned.countDown();
        });
    Thread cutter =
        start(
            () -> {
              pinned.await();
              late(s);
            });
    cutter.join();
    loop.end();
  }

  // Instances: the same lines on other files, other bytes, other channels.

  static void instancesRacy(Scene s) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(start(() -> s.pin()));
    }
    pause();
    threads.add(start(() -> s.cut()));
    for (Thread thread : threads) {
      thread.join();
    }
  }

  static void instancesOrdered(Scene s) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Scene own = new Scene(s.path.getParent(), s.path.getFileName() + "-" + i);
      int number = i;
      threads.add(
          start(
              () -> {
                Thread pinner = start(() -> own.pin());
                pinner.join();
                pause(5 * number);
                own.cut();
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  static void oneOfManyRacy(Scene s) throws Exception {
    oneOfMany(s, 4);
  }

  static void oneOfManyOrdered(Scene s) throws Exception {
    oneOfMany(s, -1);
  }

  // The others are ordered, and come much nearer.
  private static void oneOfMany(Scene s, int racy) throws Exception {
    ExecutorService pinners = Executors.newFixedThreadPool(2);
    ExecutorService cutters = Executors.newFixedThreadPool(2);
    for (int i = 0; i < 6; i++) {
      Scene own = new Scene(s.path.getParent(), s.path.getFileName() + "-" + i);
      Future<?> pinned = pinners.submit(() -> own.pin());
      if (i == racy) {
        pause();
      } else {
        pinned.get();
      }
      cutters.submit(() -> own.cut()).get();
      pinned.get();
    }
    pinners.shutdown();
    cutters.shutdown();
  }

  static void rangeRacy(Scene s) throws Exception {
    both(
        () -> s.pinAt(16_384, 8_192),
        () -> {
          pause();
          tolerant(() -> s.channel.truncate(20_480));
        });
  }

  static void rangeOrdered(Scene s) throws Exception {
    both(
        () -> s.pinAt(0, 8_192),
        () -> {
          pause();
          tolerant(() -> s.channel.truncate(20_480));
        });
  }

  static void positionRacy(Scene s) throws Exception {
    FileChannel other = FileChannel.open(s.path, StandardOpenOption.WRITE);
    both(() -> tolerant(() -> other.write(s.memory.slice(0, 4_096))), () -> late(s));
    other.close();
  }

  // The JDK locks the position of a channel.
  static void positionOrdered(Scene s) throws Exception {
    both(() -> tolerant(() -> s.channel.write(s.memory.slice(0, 4_096))), () -> late(s));
  }

  // Other pins, other cuts.

  static void gatherRacy(Scene s) throws Exception {
    ByteBuffer[] parts = {s.memory.slice(0, 4_096), s.memory.slice(8_192, 4_096)};
    both(
        () -> tolerant(() -> s.sink.write(parts)),
        () -> {
          pause();
          tolerant(
              () -> {
                try (RandomAccessFile file = new RandomAccessFile(s.path.toFile(), "rw")) {
                  file.setLength(1_000);
                }
              });
        });
  }

  static void gatherOrdered(Scene s) throws Exception {
    ByteBuffer[] parts = {s.memory.slice(0, 4_096), s.memory.slice(8_192, 4_096)};
    start(() -> tolerant(() -> s.sink.write(parts))).join();
    try (RandomAccessFile file = new RandomAccessFile(s.path.toFile(), "rw")) {
      file.setLength(1_000);
    }
  }

  static void fillRacy(Scene s) throws Exception {
    FileChannel source = source(s);
    both(
        () -> tolerant(() -> source.read(s.memory.slice(0, 4_096), 0)),
        () -> {
          pause();
          tolerant(() -> new FileOutputStream(s.path.toFile()).close());
        });
  }

  static void fillOrdered(Scene s) throws Exception {
    FileChannel source = source(s);
    CountDownLatch done = new CountDownLatch(1);
    both(
        () -> {
          tolerant(() -> source.read(s.memory.slice(0, 4_096), 0));
          done.countDown();
        },
        () -> {
          done.await();
          tolerant(() -> new FileOutputStream(s.path.toFile()).close());
        });
  }

  private static FileChannel source(Scene s) throws IOException {
    Path path = s.path.resolveSibling(s.path.getFileName() + ".source");
    Files.write(path, new byte[8_192]);
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  static void deleteRacy(Scene s) throws Exception {
    both(
        () -> s.pin(),
        () -> {
          pause();
          Files.delete(s.path);
        });
  }

  static void deleteOrdered(Scene s) throws Exception {
    Future<?> pinned = ForkJoinPool.commonPool().submit(() -> s.pin());
    start(
            () -> {
              pinned.get();
              pause();
              Files.delete(s.path);
            })
        .join();
  }

  static void replaceRacy(Scene s) throws Exception {
    Path other = Files.write(s.path.resolveSibling(s.path.getFileName() + ".new"), new byte[5]);
    both(
        () -> s.pin(),
        () -> {
          pause();
          Files.move(other, s.path, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  static void replaceOrdered(Scene s) throws Exception {
    Path other = Files.write(s.path.resolveSibling(s.path.getFileName() + ".new"), new byte[5]);
    Semaphore done = new Semaphore(0);
    both(
        () -> {
          s.pin();
          done.release();
        },
        () -> {
          done.acquire();
          Files.move(other, s.path, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  static void cutFirstRacy(Scene s) throws Exception {
    both(
        () -> s.cut(),
        () -> {
          pause();
          s.pin();
        });
  }

  static void cutFirstOrdered(Scene s) throws Exception {
    Phaser phaser = new Phaser(2);
    both(
        () -> {
          s.cut();
          phaser.arrive();
        },
        () -> {
          phaser.arriveAndAwaitAdvance();
          pause();
          s.pin();
        });
  }

  // Running them.

  static void run(Class<?> type, String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    List<String> wanted = List.of(args).subList(2, args.length);
    List<Method> twins = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      boolean twin = method.getName().endsWith(args[1]);
      if (twin && Modifier.isStatic(method.getModifiers()) && isWanted(method, wanted)) {
        twins.add(method);
      }
    }
    twins.sort(Comparator.comparing(Method::getName));
    Semaphore free = new Semaphore(AT_ONCE);
    List<Thread> threads = new ArrayList<>();
    for (Method twin : twins) {
      System.out.println("twin " + twin.getName());
      free.acquire();
      Scene scene = new Scene(folder, twin.getName());
      threads.add(
          start(
              () -> {
                twin.setAccessible(true);
                twin.invoke(null, scene);
                free.release();
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static boolean isWanted(Method twin, List<String> wanted) {
    String name = twin.getName().replaceAll("(Racy|Ordered)$", "");
    return wanted.isEmpty() || wanted.contains(name);
  }

  public static void main(String[] args) throws Exception {
    run(MeetTwins.class, args);
  }
}
