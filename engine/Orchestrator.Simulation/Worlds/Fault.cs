namespace Orchestrator.Simulation.Worlds;

/// <summary>The faults of the simulation.</summary>
public enum Fault
{
    /// <summary>The network loses a message.</summary>
    Drop,

    /// <summary>The network delivers a message twice.</summary>
    Duplicate,

    /// <summary>The network delays a message, so that others overtake it.</summary>
    Delay,

    /// <summary>A queue delivers nothing for minutes or hours.</summary>
    Outage,

    /// <summary>The process dies before it writes.</summary>
    CrashBeforeCommit,

    /// <summary>The process dies after the commit and before it gets the answer.</summary>
    CrashAfterCommit,

    /// <summary>The process dies before it sends a message.</summary>
    CrashBeforePublish,

    /// <summary>The process dies before it acknowledges a handled message.</summary>
    CrashBeforeAcknowledgement,

    /// <summary>The process dies before or after its effect outside the database.</summary>
    CrashAroundEffect,

    /// <summary>The system outside the database answers too late, so the outcome is not known.</summary>
    EffectTimeout,

    /// <summary>The database does not answer, and nothing was written.</summary>
    DatabaseAway,

    /// <summary>The database has written, and its answer is lost.</summary>
    AnswerLost,

    /// <summary>The database's clock jumps.</summary>
    ClockJump,

    /// <summary>A user cancels a saga.</summary>
    Cancellation,

    /// <summary>An operator gives a command.</summary>
    OperatorCommand,

    /// <summary>An operator holds a step for a while.</summary>
    Hold,

    /// <summary>Workers with the next definition replace the workers, one after the other.</summary>
    Upgrade,

    /// <summary>
    /// A process freezes for up to five minutes, and then continues as if no time had passed. The broker closes its connection when the
    /// freeze is long.
    /// </summary>
    Freeze,

    /// <summary>A queue is full and takes no messages for minutes or hours.</summary>
    QueueLimit,

    /// <summary>Another session locks a saga's row in one of the stores.</summary>
    LockedRow,

    /// <summary>A saga's row can't be read for minutes or hours.</summary>
    UnreadableRow,

    /// <summary>The clock of a host jumps.</summary>
    HostClockJump,

    /// <summary>One host or all hosts reach neither broker nor database for minutes. The two go and return in any order.</summary>
    DoubleOutage,

    /// <summary>The broker is short of memory or disk. It takes no messages, but delivers those that it has.</summary>
    BrokerAlarm,

    /// <summary>The broker loses the binding of an event to a queue.</summary>
    LostBinding,

    /// <summary>After an upgrade the workers go back to the earlier definition, and later to the newer one again.</summary>
    Rollback,

    /// <summary>Workers get a definition with other groups of steps, another order, and one step less.</summary>
    Regroup,

    /// <summary>One replica of a participant has an earlier version, which does not know a command.</summary>
    OldParticipant,

    /// <summary>One replica of each participant has the next version, whose outcomes have one more field.</summary>
    NextParticipant,

    /// <summary>For minutes a participant answers a saga with the next epoch instead of the asked one.</summary>
    WrongEpoch,

    /// <summary>A participant without tombstones does a command that comes after its undo.</summary>
    LateAct,

    /// <summary>An outcome contradicts the command.</summary>
    WrongOutcome,

    /// <summary>A participant does not take commands for more than a day. Operators hold its steps until after that.</summary>
    LongHold,

    /// <summary>Copies of an operator's hold and release come again while another operator holds the step.</summary>
    StaleHoldCommand,

    /// <summary>An operator looks in the books, and resolves a step with the outcome there.</summary>
    Resolution,

    /// <summary>A participant loses the messages of an hour, and operators resume the suspended sagas a day later.</summary>
    NightShift,

    /// <summary>Another submission comes with the id of a saga, and sometimes with the message id of an outcome.</summary>
    Conflict,

    /// <summary>An event from outside comes before its saga has started.</summary>
    EarlyEvent,

    /// <summary>
    /// A sender that may only publish an event sends a command to the saga through its exchange. Operators redrive all dead letters.
    /// </summary>
    ForgedMessage,

    /// <summary>The database refuses the logins of one host or all hosts for up to half an hour, as after a change of a password.</summary>
    RefusedLogin,

    /// <summary>A participant gives no answers for minutes.</summary>
    SilentParticipant,
}
