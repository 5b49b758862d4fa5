package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingLineTest {
  private final WaitingLine line = new WaitingLine();

  @Test
  void whoCameFirstIsFirst() {
    List<TestSeeker> came = fill(3);

    assertThat(leaveOneByOne()).isEqualTo(came);
    assertThat(line.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anybodyCanLeave(int which) {
    List<TestSeeker> stay = fill(3);

    stay.remove(which).giveUp();

    assertThat(line.size()).isEqualTo(2);
    assertThat(leaveOneByOne()).isEqualTo(stay);
  }

  @Test
  void leavingTwiceIsLeavingOnce() {
    List<TestSeeker> came = fill(2);

    came.getFirst().giveUp();
    came.getFirst().giveUp();

    assertThat(line.size()).isEqualTo(1);
  }

  @Test
  void theOrderOutlivesAnyComingAndGoing() {
    Random random = new Random(7);
    List<TestSeeker> model = fill(10);
    for (int i = 0; i < 10_000; i++) {
      if (model.isEmpty() || random.nextBoolean()) {
        model.addAll(fill(1));
      } else {
        model.remove(random.nextInt(model.size())).giveUp();
      }
      assertThat(line.size()).isEqualTo(model.size());
      assertThat(line.first()).isSameAs(model.isEmpty() ? null : model.getFirst());
    }
    assertThat(leaveOneByOne()).isEqualTo(model);
  }

  private List<TestSeeker> fill(int count) {
    List<TestSeeker> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestSeeker seeker = new TestSeeker();
      line.add(seeker, 0);
      added.add(seeker);
    }
    return added;
  }

  private List<StreamSeeker> leaveOneByOne() {
    List<StreamSeeker> left = new ArrayList<>();
    for (StreamSeeker first = line.first(); first != null; first = line.first()) {
      line.remove(first);
      left.add(first);
    }
    return left;
  }
}
