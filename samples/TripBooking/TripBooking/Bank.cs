using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace TripBooking;

[SentTo("bank-commands")]
public sealed record PayTrip(Guid SagaId, int Epoch, string Traveller, Money Price) : IStepMessage;
public sealed record TripPaid(Guid SagaId, int Epoch) : IStepMessage;
public sealed record PaymentRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;

/// <summary>What the bank knows about one trip.</summary>
public sealed record Payment(string? Paid = null);

/// <summary>A simulated bank. It refuses payments of more than a thousand.</summary>
public sealed class Bank : Participant<Payment>
{
    public Bank(Database database) : base(database, new StateTable<Payment>("payment", new Payment()))
    {
        Does<PayTrip>(
            (payment, asked) => (asked.Price.Amount, payment.Paid) switch
            {
                (> 1000, _) => Refused("that is more than the limit of the card"),
                // An earlier try has paid, although an operator gave it up.
                (_, not null) => Done(payment),
                _ => Done(payment with { Paid = asked.Price.ToString() }),
            },
            (act, _) => new TripPaid(act.SagaId, act.Epoch),
            act => new PaymentRefused(act.SagaId, act.Epoch, act.Said!));
    }
}

public sealed class BankTables(DbContextOptions<BankTables> options) : DbContext(options);

[DbContext(typeof(BankTables)), Migration("20261201000000_Bank")]
public sealed class CreateBank : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables("payment", "paid text");
}
