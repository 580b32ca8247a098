using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace TripBooking;

[SentTo("mail-commands")]
public sealed record MailItinerary(Guid SagaId, int Epoch, string Traveller, string Destination) : IStepMessage;
public sealed record ItineraryMailed(Guid SagaId, int Epoch) : IStepMessage;

/// <summary>The mail about one trip.</summary>
public sealed record Itinerary(string? Text = null);

/// <summary>Simulated mail: an itinerary is a row.</summary>
public sealed class Mail : Participant<Itinerary>
{
    public Mail(Database database) : base(database, new StateTable<Itinerary>("itinerary", new Itinerary())) =>
        Does<MailItinerary>(
            (itinerary, asked) => Done(itinerary with { Text = $"{asked.Traveller} travels to {asked.Destination}" }),
            (act, _) => new ItineraryMailed(act.SagaId, act.Epoch));
}

public sealed class MailTables(DbContextOptions<MailTables> options) : DbContext(options);

[DbContext(typeof(MailTables)), Migration("20261201000000_Mail")]
public sealed class CreateMail : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables("itinerary", "text text");
}
