import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.solution.ProblemFactCollectionProperty;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.hardsoft.HardSoftScore;
import ai.timefold.solver.core.api.score.stream.Constraint;
import ai.timefold.solver.core.api.score.stream.ConstraintCollectors;
import ai.timefold.solver.core.api.score.stream.ConstraintFactory;
import ai.timefold.solver.core.api.score.stream.ConstraintProvider;
import ai.timefold.solver.core.api.score.stream.Joiners;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicPhaseConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.generic.ChangeMoveSelectorConfig;
import ai.timefold.solver.core.config.localsearch.LocalSearchPhaseConfig;
import ai.timefold.solver.core.config.localsearch.LocalSearchType;
import ai.timefold.solver.core.config.localsearch.decider.acceptor.LocalSearchAcceptorConfig;
import ai.timefold.solver.core.config.localsearch.decider.forager.LocalSearchForagerConfig;
import ai.timefold.solver.core.config.solver.EnvironmentMode;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import ai.timefold.solver.core.impl.solver.DefaultSolver;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The week of peers_problem.py for Timefold Solver: a text file in, one line a shift out.
 *
 * <p>A duty is one of the days that somebody works; its day, start, length and pool are planning variables, so that a
 * change move is a small change. Days beyond the contract's least may have length 0: not worked. Every rule is an
 * incremental constraint stream, joined on indexed keys.
 *
 * <p>Arguments: the file, changes weighed to warm up, changes weighed by the local search, the name of the search. Work
 * is limited by changes and not by the clock, so that a busy machine makes no difference and results repeat.
 */
public class PeersTimefold {
    /** Seats needed on a pool in a half-hour, and the cents that each of them saves. */
    public record Demand(int pool, int day, int slot, int need, int price) {}

    /** Somebody: cents for a half-hour, limits on the week's half-hours, half-hours of rest. */
    public record Member(int number, int pay, int weekMin, int weekMax, int perDay, int rest) {}

    @PlanningEntity
    public static class Duty {
        @PlanningId public int id;
        public Member member;
        @ValueRangeProvider(id = "starts") public List<Integer> starts;
        @ValueRangeProvider(id = "lengths") public List<Integer> lengths;
        @ValueRangeProvider(id = "pools") public List<Integer> pools;
        @PlanningVariable(valueRangeProviderRefs = "days") public Integer day;
        @PlanningVariable(valueRangeProviderRefs = "starts") public Integer start;
        @PlanningVariable(valueRangeProviderRefs = "lengths") public Integer length;
        @PlanningVariable(valueRangeProviderRefs = "pools") public Integer pool;

        public int getId() { return id; }
        public Member getMember() { return member; }
        public Integer getDay() { return day; }
        public Integer getNextDay() { return day + 1; }
        public Integer getPool() { return pool; }
        public Integer getStart() { return start; }
        public Integer getEnd() { return start + length; }
        public int getLength() { return length; }
        public int getPay() { return length * member.pay; }
        public boolean isWorked() { return length > 0; }

        /** Half-hours by which a shift on the next day begins too early. */
        public int tooEarly(Duty next) {
            return Math.max(0, member.rest - (next.start + member.perDay - getEnd()));
        }
    }

    @PlanningSolution
    public static class Week {
        @ProblemFactCollectionProperty @ValueRangeProvider(id = "days") public List<Integer> days = new ArrayList<>();
        @ProblemFactCollectionProperty public List<Demand> demands = new ArrayList<>();
        @PlanningEntityCollectionProperty public List<Duty> duties = new ArrayList<>();
        @PlanningScore public HardSoftScore score;
    }

    public static class Rules implements ConstraintProvider {
        @Override
        public Constraint[] defineConstraints(ConstraintFactory make) {
            return new Constraint[] {filled(make), paid(make), oneADay(make), rested(make), hours(make)};
        }

        /** Seats filled up to the need are rewarded: what is missing costs the same, less a constant. */
        Constraint filled(ConstraintFactory make) {
            return make.forEach(Duty.class)
                    .join(Demand.class,
                            Joiners.equal(Duty::getPool, Demand::pool),
                            Joiners.equal(Duty::getDay, Demand::day),
                            Joiners.lessThanOrEqual(Duty::getStart, Demand::slot),
                            Joiners.greaterThan(Duty::getEnd, Demand::slot))
                    .groupBy((duty, demand) -> demand, ConstraintCollectors.countBi())
                    .reward(HardSoftScore.ONE_SOFT, (demand, there) -> demand.price * Math.min(demand.need, there))
                    .asConstraint("seats filled");
        }

        Constraint paid(ConstraintFactory make) {
            return make.forEach(Duty.class).penalize(HardSoftScore.ONE_SOFT, Duty::getPay).asConstraint("pay");
        }

        Constraint oneADay(ConstraintFactory make) {
            return make.forEach(Duty.class).filter(Duty::isWorked)
                    .join(make.forEach(Duty.class).filter(Duty::isWorked),
                            Joiners.equal(Duty::getMember),
                            Joiners.equal(Duty::getDay),
                            Joiners.lessThan(Duty::getId))
                    .penalize(HardSoftScore.ofHard(10)).asConstraint("one shift a day");
        }

        Constraint rested(ConstraintFactory make) {
            return make.forEach(Duty.class).filter(Duty::isWorked)
                    .join(make.forEach(Duty.class).filter(Duty::isWorked),
                            Joiners.equal(Duty::getMember),
                            Joiners.equal(Duty::getNextDay, Duty::getDay))
                    .filter((duty, next) -> duty.tooEarly(next) > 0)
                    .penalize(HardSoftScore.ONE_HARD, Duty::tooEarly).asConstraint("rest");
        }

        Constraint hours(ConstraintFactory make) {
            return make.forEach(Duty.class)
                    .groupBy(Duty::getMember, ConstraintCollectors.sum(Duty::getLength))
                    .filter((member, hours) -> hours < member.weekMin || hours > member.weekMax)
                    .penalize(HardSoftScore.ONE_HARD, (member, hours) ->
                            Math.max(member.weekMin - hours, hours - member.weekMax))
                    .asConstraint("hours of the week");
        }
    }

    /** Lines: all (days, half-hours of a day, rest, price), terms, people, demands; numbers after a word. */
    static Week read(Path path) throws IOException {
        Week week = new Week();
        int[] all = {};
        List<int[]> terms = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
            String[] words = line.split(" ");
            int[] x = new int[words.length - 1];
            for (int i = 0; i < x.length; i++) x[i] = Integer.parseInt(words[i + 1]);
            switch (words[0]) {
                case "all" -> { all = x; week.days = range(0, x[0] - 1); }
                case "terms" -> terms.add(x);
                case "demand" -> week.demands.add(new Demand(x[0], x[1], x[2], x[3], all[3]));
                case "person" -> {
                    int[] t = terms.get(x[1]);
                    Member member = new Member(x[0], x[2], t[2], t[3], all[1], all[2]);
                    List<Integer> pools = new ArrayList<>();
                    for (int i = 3; i < x.length; i++) pools.add(x[i]);
                    for (int k = 0; k < t[1]; k++) {
                        Duty duty = new Duty();
                        duty.id = week.duties.size();
                        duty.member = member;
                        duty.pools = pools;
                        duty.starts = range(t[6], t[7]);
                        duty.lengths = range(t[4], t[5]);
                        if (k >= t[0]) duty.lengths.add(0);
                        week.duties.add(duty);
                    }
                }
                default -> throw new IOException("a line of the problem: " + line);
            }
        }
        return week;
    }

    static List<Integer> range(int low, int high) {
        List<Integer> found = new ArrayList<>();
        for (int k = low; k <= high; k++) found.add(k);
        return found;
    }

    /** The documented default (construction heuristic, late acceptance), or the same with another search. */
    static DefaultSolver<Week> solver(String search, long moves) {
        LocalSearchPhaseConfig local = new LocalSearchPhaseConfig();
        local.withTerminationConfig(new TerminationConfig().withMoveCountLimit(moves));
        if (search.equals("tabu")) local.withLocalSearchType(LocalSearchType.TABU_SEARCH);
        if (search.startsWith("annealing"))
            local.withMoveSelectorConfig(new ChangeMoveSelectorConfig())
                    .withAcceptorConfig(new LocalSearchAcceptorConfig().withSimulatedAnnealingStartingTemperature(
                            "0hard/" + search.substring("annealing".length()) + "soft"))
                    .withForagerConfig(new LocalSearchForagerConfig().withAcceptedCountLimit(1));
        SolverConfig config = new SolverConfig().withSolutionClass(Week.class).withEntityClasses(Duty.class)
                .withConstraintProviderClass(Rules.class).withEnvironmentMode(EnvironmentMode.NO_ASSERT)
                .withPhases(new ConstructionHeuristicPhaseConfig(), local);
        return (DefaultSolver<Week>) SolverFactory.<Week>create(config).buildSolver();
    }

    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        long warm = Long.parseLong(arguments[1]), moves = Long.parseLong(arguments[2]);
        if (warm > 0) solver(arguments[3], warm).solve(read(path));
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = machine.getProcessCpuTime(), began = System.nanoTime();
        DefaultSolver<Week> solver = solver(arguments[3], moves);
        Week found = solver.solve(read(path));
        System.out.println("wall " + (System.nanoTime() - began) / 1_000_000);
        System.out.println("cpu " + (machine.getProcessCpuTime() - cpu) / 1_000_000);
        System.out.println("moves " + solver.getMoveEvaluationSpeed());
        System.out.println("hard " + found.score.hardScore());
        for (Duty duty : found.duties)
            if (duty.isWorked())
                System.out.println("row " + duty.member.number + " " + duty.day + " " + duty.start + " "
                        + duty.length + " " + duty.pool);
    }
}
