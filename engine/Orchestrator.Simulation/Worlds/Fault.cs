namespace Orchestrator.Simulation.Worlds;

/// <summary>What may go wrong.</summary>
public enum Fault
{
    /// <summary>The network loses a message.</summary>
    Drop,

    /// <summary>The network delivers a message twice.</summary>
    Duplicate,

    /// <summary>The network keeps a message for long, so that others overtake it.</summary>
    Delay,

    /// <summary>A queue delivers nothing for minutes or hours.</summary>
    Outage,

    /// <summary>The process dies before it writes.</summary>
    CrashBeforeCommit,

    /// <summary>The process dies after it has written and before it knows.</summary>
    CrashAfterCommit,

    /// <summary>The process dies before it sends a message.</summary>
    CrashBeforePublish,

    /// <summary>The process dies before it acknowledges what it has handled.</summary>
    CrashBeforeAcknowledgement,

    /// <summary>The process dies before or after its effect outside the database.</summary>
    CrashAroundEffect,

    /// <summary>What is outside the database answers too late; whether it acted is not known.</summary>
    EffectTimeout,

    /// <summary>The database does not answer; nothing was written.</summary>
    DatabaseAway,

    /// <summary>The database has written and its answer is lost.</summary>
    AnswerLost,

    /// <summary>The database's clock leaps.</summary>
    ClockJump,

    /// <summary>Somebody cancels an instance.</summary>
    Cancellation,

    /// <summary>An operator gives a command.</summary>
    OperatorCommand,

    /// <summary>An operator holds a step for a while.</summary>
    Hold,

    /// <summary>The workers are replaced, one after the other, by such with the next definition.</summary>
    Upgrade,

    /// <summary>
    /// A process stops for up to minutes and wakes up as if no time had passed; its connection to the broker does not outlive that.
    /// </summary>
    Freeze,

    /// <summary>A queue is at its length limit and takes nothing for minutes or hours.</summary>
    QueueLimit,

    /// <summary>Somebody locks a saga's row in one of the stores.</summary>
    LockedRow,

    /// <summary>What a saga's row holds can't be read for minutes or days.</summary>
    UnreadableRow,

    /// <summary>The clock of a host leaps.</summary>
    HostClockJump,

    /// <summary>A host, or all of them, reaches neither broker nor database for minutes, which go and return in any order.</summary>
    DoubleOutage,

    /// <summary>The broker is short of memory or disk: it takes nothing from anybody and delivers what it has.</summary>
    BrokerAlarm,

    /// <summary>The broker loses the binding of an event to a queue.</summary>
    LostBinding,

    /// <summary>After an upgrade the workers are replaced by such with the earlier definition, and later by the newer ones again.</summary>
    Rollback,

    /// <summary>One worker gets a definition that has steps in other groups and another order, and one step less.</summary>
    Regroup,

    /// <summary>One replica of a participant is of an earlier version, which does not know a command.</summary>
    OldParticipant,

    /// <summary>One replica of each participant is of the next version, whose outcomes say more.</summary>
    NextParticipant,

    /// <summary>A participant answers a saga for minutes as if it had been asked for the next epoch.</summary>
    WrongEpoch,

    /// <summary>A participant without tombstones does what it was asked to do after it was asked to undo it.</summary>
    LateAct,

    /// <summary>An outcome comes that contradicts what was asked for.</summary>
    WrongOutcome,

    /// <summary>A participant does not take commands for more than a day; operators hold its steps until after that.</summary>
    LongHold,

    /// <summary>Commands by which an operator held a step and let it go come again while another one holds it.</summary>
    StaleHoldCommand,

    /// <summary>An operator looks in the books, and says what became of a step.</summary>
    Resolution,

    /// <summary>A participant loses what comes to it in an hour, and operators resume what is suspended a day later.</summary>
    NightShift,

    /// <summary>Another submission comes under the id of an instance, perhaps under the message id of an outcome of it.</summary>
    Conflict,

    /// <summary>What happens outside comes before the instance is known.</summary>
    EarlyEvent,

    /// <summary>Somebody who may publish an event gives the saga a command by it; operators send all dead letters back.</summary>
    ForgedMessage,

    /// <summary>
    /// The database refuses the logins of a host, or of all of them, for up to half an hour: somebody changed a password.
    /// </summary>
    RefusedLogin,

    /// <summary>A participant answers nothing for minutes.</summary>
    SilentParticipant,
}
