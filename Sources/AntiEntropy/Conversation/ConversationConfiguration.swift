/// What a conversation is told about its own side.
package struct ConversationConfiguration: Sendable {
    /// What to say first. ``Greeting/challenge`` MUST be freshly drawn.
    package let greeting: Greeting
    /// The cluster's secret; nil if there is none.
    package let secret: [UInt8]?
    /// The slice of the key space to talk about.
    package let partition: UInt16
    /// Bounds on the conversation.
    package let limits: ConversationLimits

    /// Sets ``Greeting/hasSecret`` by whether there is one.
    package init(
        greeting: Greeting, secret: [UInt8]? = nil, partition: UInt16 = 0,
        limits: ConversationLimits = ConversationLimits()
    ) {
        var greeting = greeting
        greeting.hasSecret = secret != nil
        self.greeting = greeting
        self.secret = secret
        self.partition = partition
        self.limits = limits
    }
}
